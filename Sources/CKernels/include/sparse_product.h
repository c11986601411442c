// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Columns whose entries are listed together, so that their part of the other factor stays in the first-level cache.
enum { adamprobe_sparse_panel = 112 };

/// Entries of x that are not 0; NaN is not.
size_t adamprobe_count_nonzeros_f32(const float *x, size_t count);
size_t adamprobe_count_nonzeros_f64(const double *x, size_t count);

/// Lists the entries of X [rows × columns], row-major and dense, that are not 0: panel by panel of `adamprobe_sparse_panel` columns, row by
/// row in a panel, columns rising. `starts[panel·rows + row]` is where that run starts; one more entry says where the last one ends.
/// `column` and `value` hold one entry more than X has nonzeros.
void adamprobe_list_nonzeros_f32(const float *x, size_t rows, size_t columns, uint32_t *starts, uint32_t *column, float *value);
void adamprobe_list_nonzeros_f64(const double *x, size_t rows, size_t columns, uint32_t *starts, uint32_t *column, double *value);

/// The same entries column by column, rows rising: `column_starts` [columns + 1], `row` and `column_value` as long as the list.
void adamprobe_list_by_column_f32(
    size_t rows, size_t columns, const uint32_t *starts, const uint32_t *column, const float *value, uint32_t *column_starts, uint32_t *row,
    float *column_value);
void adamprobe_list_by_column_f64(
    size_t rows, size_t columns, const uint32_t *starts, const uint32_t *column, const double *value, uint32_t *column_starts, uint32_t *row,
    double *column_value);

/// Columns `first` ..< `last` of C ← X·Bᵀ, X [rows × columns] listed by `adamprobe_list_nonzeros`, B [n × columns] and C [rows × n] row-major.
///
/// Each element is summed over the columns in rising order, every product and sum rounded, without the columns in which X is 0: for finite B
/// these are the definition's bits, on every CPU. False if a B that was read is infinite or NaN, so that 0·B would not be 0; C is then unfit.
_Bool adamprobe_sparse_times_transpose_f32(
    const uint32_t *starts, const uint32_t *column, const float *value, size_t rows, size_t columns, const float *b, float *c, size_t n,
    size_t first, size_t last);
_Bool adamprobe_sparse_times_transpose_f64(
    const uint32_t *starts, const uint32_t *column, const double *value, size_t rows, size_t columns, const double *b, double *c, size_t n,
    size_t first, size_t last);

/// Rows `first` ..< `last` of C ← Aᵀ·X, A [rows × n] and C [n × columns] row-major, X [rows × columns] listed by `adamprobe_list_by_column`.
///
/// Each element is summed over the rows in rising order, as above. `scratch` holds rows · 256 bytes, aligned to 64.
_Bool adamprobe_transpose_times_sparse_f32(
    const float *a, const uint32_t *column_starts, const uint32_t *row, const float *column_value, size_t rows, size_t columns, float *c,
    size_t n, size_t first, size_t last, float *scratch);
_Bool adamprobe_transpose_times_sparse_f64(
    const double *a, const uint32_t *column_starts, const uint32_t *row, const double *column_value, size_t rows, size_t columns, double *c,
    size_t n, size_t first, size_t last, double *scratch);
