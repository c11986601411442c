// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>

/// Scalars of one step of the Adam family, computed in double and rounded once to the weights' type inside the kernel.
typedef struct {
    /// λ of the coupled L2 term; 0 leaves the data gradient as it is.
    double l2;
    /// 1 − β₁.
    double firstWeight;
    /// β₂ and 1 − β₂.
    double beta2, secondWeight;
    /// What w is multiplied with before the step: 1 − α·(decoupled decay).
    double shrink;
    /// α/(1 − β₁ᵗ), times √(1 − β₂ᵗ) for the ε-hat placement.
    double stepSize;
    /// What divides √v (ε outside the root) or v (ε inside the root).
    double correction;
    double epsilon;
} AdaptiveMomentCoefficients;

/// One step of Adam, AMSGrad or AdamW on `count` weights, in PyTorch's order of operations and without fused multiply-add:
///
///     g = gradient + l2·w
///     m = m + (1−β₁)(g − m)          if 1−β₁ < ½, else g − β₁(g − m)
///     v = v·β₂ + ((1−β₂)·g)·g
///     u = v, or max(maximum, v), which is then kept in `maximum`
///     d = √u/correction + ε          or √(u/correction + ε) if `insideRoot`
///     w = w·shrink − (stepSize·m)/d
///
/// `maximum` is NULL for none. Buffers don't overlap. On x86-64 Linux AVX2 is used where the running CPU has it; every path gives the same bits.
void adaptive_moment_step_float(
    size_t count, float *weights, const float *gradient, float *firstMoment, float *secondMoment, float *maximum,
    AdaptiveMomentCoefficients coefficients, int insideRoot);
/// The same in double precision.
void adaptive_moment_step_double(
    size_t count, double *weights, const double *gradient, double *firstMoment, double *secondMoment, double *maximum,
    AdaptiveMomentCoefficients coefficients, int insideRoot);

/// What a probe reads of the moments after a step:
///
///     first = m/firstCorrection
///     root = √u/rootCorrection
///     denominator = root + ε, (√u + ε)/rootCorrection or √(u/secondCorrection + ε)    as `placement` is 0, 1 or 2
///
/// Every operation rounded on its own, the same bits on every path. Buffers don't overlap.
typedef struct {
    double firstCorrection, rootCorrection, secondCorrection, epsilon;
    int placement;
} AdaptiveMomentReading;
void adaptive_moment_read_float(
    size_t count, const float *m, const float *u, AdaptiveMomentReading reading, float *first, float *root, float *denominator);
/// The same in double precision.
void adaptive_moment_read_double(
    size_t count, const double *m, const double *u, AdaptiveMomentReading reading, double *first, double *root, double *denominator);
