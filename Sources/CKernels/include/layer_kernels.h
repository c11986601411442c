// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>
#include <stdint.h>

// Passes over a batch, [rows × columns] row-major and dense, one sample a row. A column's sums run over the rows in rising order, from 0,
// every operation rounded: the same bits on every CPU. Buffers don't overlap.
#define ADAMPROBE_LAYER_KERNELS(REAL, NAMED) \
    /* y += vector, row by row. */ \
    void NAMED(adamprobe_add_to_rows)(const REAL *vector, REAL *y, size_t rows, size_t columns); \
    /* sum ← the sum of the rows. */ \
    void NAMED(adamprobe_sum_rows)(const REAL *x, REAL *sum, size_t rows, size_t columns); \
    /* mean and max over the rows; NaN where an entry is. */ \
    void NAMED(adamprobe_mean_and_largest)(const REAL *x, REAL *mean, REAL *largest, size_t rows, size_t columns); \
    /* inverse_deviation ← 1/√(σ² + ε) and mean of each column, the running statistics after them, and y ← the normalised batch as below. */ \
    void NAMED(adamprobe_batch_norm_forward)( \
        const REAL *x, REAL *y, size_t rows, size_t columns, const REAL *scale, const REAL *shift, REAL epsilon, REAL momentum, REAL *mean, \
        REAL *inverse_deviation, REAL *running_mean, REAL *running_variance); \
    /* y ← (x − mean)·inverse_deviation·scale + shift. */ \
    void NAMED(adamprobe_normalise)( \
        const REAL *x, REAL *y, size_t rows, size_t columns, const REAL *scale, const REAL *shift, const REAL *mean, \
        const REAL *inverse_deviation); \
    /* ∂β ← Σδ, ∂γ ← Σδ(x − mean)·s with s the inverse deviation; gradient ← (δ − ∂β/n − (x − mean)·(Σδ(x − mean)·s·s/n))·s·γ if not NULL. */ \
    void NAMED(adamprobe_batch_norm_backward)( \
        const REAL *x, const REAL *delta, REAL *gradient, size_t rows, size_t columns, const REAL *scale, const REAL *mean, \
        const REAL *inverse_deviation, REAL *scale_gradient, REAL *shift_gradient); \
    /* y ← 0 where z ≤ 0, else z. */ \
    void NAMED(adamprobe_rectify)(const REAL *z, REAL *y, size_t count); \
    /* y ← z where z > 0, else slope·z. */ \
    void NAMED(adamprobe_rectify_leaky)(const REAL *z, REAL *y, size_t count, REAL slope); \
    /* gradient ← φ′·δ, and 0 where φ′ = 0; active ← rows with φ′ ≠ 0. φ′ is 0 where z < 0, at_zero at 0, else 1. */ \
    void NAMED(adamprobe_rectify_backward)( \
        const REAL *z, const REAL *delta, REAL *gradient, REAL *active, size_t rows, size_t columns, REAL at_zero); \
    /* The same with φ′ = 1 where z > 0, else slope. */ \
    void NAMED(adamprobe_rectify_leaky_backward)( \
        const REAL *z, const REAL *delta, REAL *gradient, REAL *active, size_t rows, size_t columns, REAL slope); \
    /* result ← byte/divisor, rounded once. */ \
    void NAMED(adamprobe_scale_bytes)(const uint8_t *bytes, REAL *result, size_t count, REAL divisor);

#define ADAMPROBE_F32(name) name##_f32
#define ADAMPROBE_F64(name) name##_f64
ADAMPROBE_LAYER_KERNELS(float, ADAMPROBE_F32)
ADAMPROBE_LAYER_KERNELS(double, ADAMPROBE_F64)
#undef ADAMPROBE_F32
#undef ADAMPROBE_F64
