// SPDX-License-Identifier: GPL-3.0-or-later
#include "adaptive_moments.h"

// A fused multiply-add rounds once where the recipe rounds twice, and whether a compiler fuses depends on the CPU it compiles for.
#pragma STDC FP_CONTRACT OFF

#define SCALAR float
#define NAME(suffix) float_portable_##suffix
#define TARGET
#include "adaptive_moments_body.h"
#undef SCALAR
#undef NAME
#define SCALAR double
#define NAME(suffix) double_portable_##suffix
#include "adaptive_moments_body.h"
#undef SCALAR
#undef NAME
#undef TARGET

#if defined(__x86_64__) && defined(__linux__)
#define DISPATCHES 1

#define TARGET __attribute__((target("arch=x86-64-v3")))
#define SCALAR float
#define NAME(suffix) float_v3_##suffix
#include "adaptive_moments_body.h"
#undef SCALAR
#undef NAME
#define SCALAR double
#define NAME(suffix) double_v3_##suffix
#include "adaptive_moments_body.h"
#undef SCALAR
#undef NAME
#undef TARGET

#define TARGET __attribute__((target("arch=x86-64-v4")))
#define SCALAR float
#define NAME(suffix) float_v4_##suffix
#include "adaptive_moments_body.h"
#undef SCALAR
#undef NAME
#define SCALAR double
#define NAME(suffix) double_v4_##suffix
#include "adaptive_moments_body.h"
#undef SCALAR
#undef NAME
#undef TARGET
#endif

#ifdef DISPATCHES
#define DISPATCH(type, ...)                            \
    if (__builtin_cpu_supports("x86-64-v4"))           \
        type##_v4_step(__VA_ARGS__);                   \
    else if (__builtin_cpu_supports("x86-64-v3"))      \
        type##_v3_step(__VA_ARGS__);                   \
    else                                               \
        type##_portable_step(__VA_ARGS__)
#else
#define DISPATCH(type, ...) type##_portable_step(__VA_ARGS__)
#endif

void adaptive_moment_step_float(
    size_t count, float *weights, const float *gradient, float *firstMoment, float *secondMoment, float *maximum,
    AdaptiveMomentCoefficients coefficients, int insideRoot)
{
    DISPATCH(float, count, weights, gradient, firstMoment, secondMoment, maximum, &coefficients, insideRoot);
}

void adaptive_moment_step_double(
    size_t count, double *weights, const double *gradient, double *firstMoment, double *secondMoment, double *maximum,
    AdaptiveMomentCoefficients coefficients, int insideRoot)
{
    DISPATCH(double, count, weights, gradient, firstMoment, secondMoment, maximum, &coefficients, insideRoot);
}
