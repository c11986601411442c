// SPDX-License-Identifier: GPL-3.0-or-later
#include "resting_moments.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

/// Weights that advance together: their chains of roundings run side by side in registers.
enum { block = 64, steps_between_looks = 64 };

#define REAL float
#define BITS uint32_t
#define NAMED(name) name##_f32
#include "resting_moments.inc"
#undef REAL
#undef BITS
#undef NAMED

#define REAL double
#define BITS uint64_t
#define NAMED(name) name##_f64
#include "resting_moments.inc"
