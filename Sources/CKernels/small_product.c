// SPDX-License-Identifier: GPL-3.0-or-later
#include "small_product.h"

#include "dispatch.h"

#pragma STDC FP_CONTRACT OFF

#define REAL float
#define NAMED(name) name##_f32
#include "small_product.inc"
#undef REAL
#undef NAMED

#define REAL double
#define NAMED(name) name##_f64
#include "small_product.inc"
