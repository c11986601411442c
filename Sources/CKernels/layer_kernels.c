// SPDX-License-Identifier: GPL-3.0-or-later
#include "layer_kernels.h"

#include <string.h>

#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

#define INLINED static inline __attribute__((always_inline))

#define REAL float
#define NAMED(name) name##_f32
#define WIDE 32
#include "layer_kernels.inc"
#undef REAL
#undef NAMED
#undef WIDE

#define REAL double
#define NAMED(name) name##_f64
#define WIDE 16
#include "layer_kernels.inc"
