// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>

/// One step of RMSprop without momentum and centring on `count` weights, every operation rounded on its own:
///
///     g = gradient + l2·w            gradient as it is where l2 = 0
///     v = v·beta2 + (second_weight·g)·g
///     w = w − (rate·g)/(√v + epsilon)
///
/// Buffers don't overlap. The same bits on every CPU.
void adamprobe_rmsprop_step_f32(
    size_t count, float *weights, const float *gradient, float *second, float l2, float beta2, float second_weight, float rate, float epsilon);
/// The same in double precision.
void adamprobe_rmsprop_step_f64(
    size_t count, double *weights, const double *gradient, double *second, double l2, double beta2, double second_weight, double rate,
    double epsilon);
