// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>

/// True if no step of Adam's recipe (adaptive_moments.h) without data gradient moves w or m of any of `count` weights, whatever v falls to:
/// with g = l2·w, the new m is m, w·shrink is w, and so is w·shrink − (step_size·m)/floor, where `floor` is the least denominator that any v ≥ 0
/// gives; all to the bit, signs of 0 included, in the arithmetic that is set (a flushed subnormal number moves). False where v is not finite.
///
/// A step in between divides by more and so, rounding being monotone, also ends at w; where w is 0, its quotient is a 0 of the same sign. With `first` NULL the rule keeps no first moment: m is g.
_Bool adamprobe_moments_rest_f32(
    size_t count, const float *weights, const float *first, const float *second, float l2, float first_weight, float step_size, float floor,
    float shrink);
/// The same in double precision.
_Bool adamprobe_moments_rest_f64(
    size_t count, const double *weights, const double *first, const double *second, double l2, double first_weight, double step_size,
    double floor, double shrink);

/// `steps` times v = v·beta2 + (second_weight·g)·g with g = l2·w, for weights at rest; stops where v no longer changes.
void adamprobe_decay_second_moment_f32(
    size_t count, const float *weights, float *second, float l2, float beta2, float second_weight, size_t steps);
/// The same in double precision.
void adamprobe_decay_second_moment_f64(
    size_t count, const double *weights, double *second, double l2, double beta2, double second_weight, size_t steps);
