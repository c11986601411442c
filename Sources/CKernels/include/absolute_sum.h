// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>

/// Σ |x|, summed in double precision over 16 lanes (element i into lane i mod 16), the lanes then in rising order, so that the result does
/// not depend on the CPU. NaN if an element is.
double adamprobe_absolute_sum_f32(const float *x, size_t count);
double adamprobe_absolute_sum_f64(const double *x, size_t count);
