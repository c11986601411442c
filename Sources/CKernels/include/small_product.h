// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>

/// C ← A·B for matrices too small for a BLAS: each element of C is the sum over k in rising order, every product rounded, so that the
/// result is that of the definition on every CPU. A(i, l) lies at a[i·a_row + l·a_column], B [k × n] and C [m × n] are row-major and dense.
void adamprobe_small_product_f32(
    const float *a, size_t a_row, size_t a_column, const float *b, float *c, size_t m, size_t n, size_t k);
/// The same in double precision.
void adamprobe_small_product_f64(
    const double *a, size_t a_row, size_t a_column, const double *b, double *c, size_t m, size_t n, size_t k);
