// SPDX-License-Identifier: GPL-3.0-or-later
#include "elementary.h"

#pragma STDC FP_CONTRACT OFF

#define TARGET
#define FUSED(a, b, c) ((a) * (b) + (c))
#define REAL float
#define NAMED(name) name##_baseline_f32
#include "elementary.inc"
#undef REAL
#undef NAMED
#define REAL double
#define NAMED(name) name##_baseline_f64
#include "elementary.inc"
#undef REAL
#undef NAMED
#undef TARGET
#undef FUSED

#if defined(__x86_64__)
#define FUSED(a, b, c) __builtin_elementwise_fma(a, b, c)

#define TARGET __attribute__((target("arch=x86-64-v3")))
#define REAL float
#define NAMED(name) name##_avx2_f32
#include "elementary.inc"
#undef REAL
#undef NAMED
#define REAL double
#define NAMED(name) name##_avx2_f64
#include "elementary.inc"
#undef REAL
#undef NAMED
#undef TARGET

#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define REAL float
#define NAMED(name) name##_avx512_f32
#include "elementary.inc"
#undef REAL
#undef NAMED
#define REAL double
#define NAMED(name) name##_avx512_f64
#include "elementary.inc"
#undef REAL
#undef NAMED

int elementary_supports(elementary_instructions set)
{
    return set == elementary_baseline || (set == elementary_avx2 ? __builtin_cpu_supports("x86-64-v3") : __builtin_cpu_supports("x86-64-v4"));
}
#define CHOOSE(set, type) \
    ((set) == elementary_avx512 ? loop_avx512_##type : (set) == elementary_avx2 ? loop_avx2_##type : loop_baseline_##type)
#else
int elementary_supports(elementary_instructions set) { return set == elementary_baseline; }
#define CHOOSE(set, type) loop_baseline_##type
#endif

void elementary_loop_f32(
    elementary_operation operation, elementary_instructions set, size_t count, float *result, const float *a, const float *b, const float *c)
{
    CHOOSE(set, f32)(operation, count, result, a, b, c);
}

void elementary_loop_f64(
    elementary_operation operation, elementary_instructions set, size_t count, double *result, const double *a, const double *b,
    const double *c)
{
    CHOOSE(set, f64)(operation, count, result, a, b, c);
}
