// SPDX-License-Identifier: GPL-3.0-or-later
#include "adaptive_moments.h"

// A fused multiply-add rounds once where the recipe rounds twice, and whether a compiler fuses depends on the CPU it compiles for.
#pragma STDC FP_CONTRACT OFF

#define TARGET
#define SCALAR float
#define NAME(suffix) float_portable_##suffix
#include "adaptive_moments_body.h"
#undef SCALAR
#undef NAME
#define SCALAR double
#define NAME(suffix) double_portable_##suffix
#include "adaptive_moments_body.h"
#undef SCALAR
#undef NAME
#undef TARGET

// AVX2 halves the time. AVX-512 gains nothing over it: the loop is bound by division and memory.
#if defined(__x86_64__) && defined(__linux__)
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define SCALAR float
#define NAME(suffix) float_avx2_##suffix
#include "adaptive_moments_body.h"
#undef SCALAR
#undef NAME
#define SCALAR double
#define NAME(suffix) double_avx2_##suffix
#include "adaptive_moments_body.h"
#undef SCALAR
#undef NAME
#undef TARGET
#define CHOOSE(type, loop) (__builtin_cpu_supports("x86-64-v3") ? type##_avx2_##loop : type##_portable_##loop)
#else
#define CHOOSE(type, loop) type##_portable_##loop
#endif

void adaptive_moment_step_float(
    size_t count, float *weights, const float *gradient, float *firstMoment, float *secondMoment, float *maximum,
    AdaptiveMomentCoefficients coefficients, int insideRoot)
{
    CHOOSE(float, step)(count, weights, gradient, firstMoment, secondMoment, maximum, &coefficients, insideRoot);
}

void adaptive_moment_step_double(
    size_t count, double *weights, const double *gradient, double *firstMoment, double *secondMoment, double *maximum,
    AdaptiveMomentCoefficients coefficients, int insideRoot)
{
    CHOOSE(double, step)(count, weights, gradient, firstMoment, secondMoment, maximum, &coefficients, insideRoot);
}

void adaptive_moment_read_float(
    size_t count, const float *m, const float *u, AdaptiveMomentReading reading, float *first, float *root, float *denominator)
{
    CHOOSE(float, read)(count, m, u, &reading, first, root, denominator);
}

void adaptive_moment_read_double(
    size_t count, const double *m, const double *u, AdaptiveMomentReading reading, double *first, double *root, double *denominator)
{
    CHOOSE(double, read)(count, m, u, &reading, first, root, denominator);
}
