// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>

/// Sums over one node's weights. Squares are summed in double precision over 16 lanes (element i into lane i mod 16), the lanes then in
/// rising order, so that the result does not depend on the CPU.
typedef struct {
    double squares;  ///< Σ w²
    double largest;  ///< max |w|; NaN if a weight is
} adamprobe_weight_sums;

adamprobe_weight_sums adamprobe_weight_sums_f32(const float *weights, size_t count);
adamprobe_weight_sums adamprobe_weight_sums_f64(const double *weights, size_t count);

/// Sums over one node's data gradient g, beside g′ one step earlier; squares as above. A NaN has no sign and is counted nowhere.
typedef struct {
    double squares;  ///< Σ g²
    long sign_sum;   ///< Σ sign g
    long nonzero;    ///< #{g ≠ 0}
    long agreeing;   ///< #{sign g = sign g′ ≠ 0}
} adamprobe_gradient_sums;

adamprobe_gradient_sums adamprobe_gradient_sums_f32(const float *gradient, const float *previous, size_t count);
adamprobe_gradient_sums adamprobe_gradient_sums_f64(const double *gradient, const double *previous, size_t count);

/// The same; `previous` is the gradient afterwards.
adamprobe_gradient_sums adamprobe_gradient_sums_keeping_f32(const float *gradient, float *previous, size_t count);
adamprobe_gradient_sums adamprobe_gradient_sums_keeping_f64(const double *gradient, double *previous, size_t count);

/// Σ w² of each of `rows` rows of `columns` weights; infinity where it is not under `limit`, NaN included, as soon as that is seen.
void adamprobe_squares_below_f32(const float *weights, size_t rows, size_t columns, double limit, double *squares);
void adamprobe_squares_below_f64(const double *weights, size_t rows, size_t columns, double limit, double *squares);

/// Order statistics of |x| in each of `rows` rows of `count` elements: result[i·stride + row] is the row's (ranks[i] + 1)-th smallest
/// absolute value, exact; NaN counts as largest. Ranks are under `count`, count ≥ 1, and `scratch` holds `count` elements.
///
/// Short rows are sorted side by side. In long ones the search begins where `result` says before: the order statistics of like numbers save
/// most of it, anything else, NaN too, costs time alone.
void adamprobe_order_statistics_f32(
    const float *x, size_t rows, size_t count, const long *ranks, size_t rank_count, float *result, size_t stride, float *scratch);
void adamprobe_order_statistics_f64(
    const double *x, size_t rows, size_t count, const long *ranks, size_t rank_count, double *result, size_t stride, double *scratch);

/// Index of the first element equal to `value`; `count` if there is none, as for NaN.
size_t adamprobe_first_index_f32(const float *x, size_t count, float value);
size_t adamprobe_first_index_f64(const double *x, size_t count, double value);

/// x ← x/divisor, element by element.
void adamprobe_divide_f32(float *x, const float *divisor, size_t count);
void adamprobe_divide_f64(double *x, const double *divisor, size_t count);
