// SPDX-License-Identifier: GPL-3.0-or-later
#include "absolute_sum.h"

#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

enum { lanes = 16 };

#define ABSOLUTE_SUM(REAL, NAME)                                                                       \
    ADAMPROBE_DISPATCH double NAME(const REAL *x, size_t count) {                                      \
        double lane[lanes] = {0}, sum = 0;                                                             \
        size_t start = 0;                                                                              \
        for (; start + lanes <= count; start += lanes) {                                               \
            for (int l = 0; l < lanes; l++) lane[l] += __builtin_elementwise_abs((double)x[start + l]); \
        }                                                                                              \
        for (; start < count; start++) lane[start % lanes] += __builtin_elementwise_abs((double)x[start]); \
        for (int l = 0; l < lanes; l++) sum += lane[l];                                                \
        return sum;                                                                                    \
    }

ABSOLUTE_SUM(float, adamprobe_absolute_sum_f32)
ABSOLUTE_SUM(double, adamprobe_absolute_sum_f64)
