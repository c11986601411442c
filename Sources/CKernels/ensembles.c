// SPDX-License-Identifier: GPL-3.0-or-later
#include "ensembles.h"

#include <string.h>

#include "dispatch.h"

// A fused multiply-add rounds once where the recipe rounds twice.
#pragma STDC FP_CONTRACT OFF

#define INLINED static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

#define REAL float
#define FLAG int32_t
#define NAMED(name) name##_f32
#include "ensembles.inc"
#undef REAL
#undef FLAG
#undef NAMED

#define REAL double
#define FLAG int64_t
#define NAMED(name) name##_f64
#include "ensembles.inc"
