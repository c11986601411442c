// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>

/// One operation of arithmetic, elementwise.
typedef enum {
    elementary_multiply,  ///< a·b
    elementary_add,       ///< a + b
    elementary_fused,     ///< a·b + c rounded once; where the instruction set has none, the two operations
    elementary_divide,    ///< a/b
    elementary_root,      ///< √a
} elementary_operation;

/// Instruction sets that the loops are compiled for.
typedef enum { elementary_baseline, elementary_avx2, elementary_avx512 } elementary_instructions;

/// True if the running CPU has the instruction set; the baseline is always there.
int elementary_supports(elementary_instructions set);

/// result[i] = a[i] ∘ b[i] (c[i] besides for the fused operation). Buffers don't overlap.
void elementary_loop_f32(
    elementary_operation operation, elementary_instructions set, size_t count, float *result, const float *a, const float *b, const float *c);
/// The same in double precision.
void elementary_loop_f64(
    elementary_operation operation, elementary_instructions set, size_t count, double *result, const double *a, const double *b,
    const double *c);
