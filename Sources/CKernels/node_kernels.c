// SPDX-License-Identifier: GPL-3.0-or-later
#include "node_kernels.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

#define REAL float
#define BITS uint32_t
#define SIGNED int32_t
#define FRACTION_BITS 23
#define NAMED(name) name##_f32
#include "node_kernels.inc"
#undef REAL
#undef BITS
#undef SIGNED
#undef FRACTION_BITS
#undef NAMED

#define REAL double
#define BITS uint64_t
#define SIGNED int64_t
#define FRACTION_BITS 52
#define NAMED(name) name##_f64
#include "node_kernels.inc"
