// SPDX-License-Identifier: GPL-3.0-or-later
#include "sparse_product.h"

#include <string.h>

#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

// Vectors of one cache line.
#define REAL float
#define LANES 16
#define LOW_HALVES 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_HALVES 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define NAMED(name) name##_f32
#include "sparse_product.inc"
#undef REAL
#undef LANES
#undef LOW_HALVES
#undef HIGH_HALVES
#undef NAMED

#define REAL double
#define LANES 8
#define LOW_HALVES 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH_HALVES 4, 12, 5, 13, 6, 14, 7, 15
#define NAMED(name) name##_f64
#include "sparse_product.inc"
