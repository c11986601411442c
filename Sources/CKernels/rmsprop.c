// SPDX-License-Identifier: GPL-3.0-or-later
#include "rmsprop.h"

#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

#define RMSPROP_STEP(REAL, NAME)                                                                                              \
    ADAMPROBE_DISPATCH void NAME(                                                                                             \
        size_t count, REAL *restrict weights, const REAL *restrict gradient, REAL *restrict second, REAL l2, REAL beta2,      \
        REAL second_weight, REAL rate, REAL epsilon) {                                                                        \
        for (size_t i = 0; i < count; i++) {                                                                                  \
            const REAL w = weights[i], regularised = gradient[i] + l2 * w;                                                    \
            const REAL g = l2 != 0 ? regularised : gradient[i];                                                               \
            const REAL v = second[i] * beta2 + (second_weight * g) * g;                                                       \
            second[i] = v;                                                                                                    \
            weights[i] = w - (rate * g) / (__builtin_elementwise_sqrt(v) + epsilon);                                          \
        }                                                                                                                     \
    }

RMSPROP_STEP(float, adamprobe_rmsprop_step_f32)
RMSPROP_STEP(double, adamprobe_rmsprop_step_f64)
