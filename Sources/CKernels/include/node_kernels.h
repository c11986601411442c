// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>

/// Sums over one node's weights and data gradient. Squares are summed in double precision over 16 lanes (element i into lane i mod 16),
/// the lanes then in rising order, so that the result does not depend on the CPU.
typedef struct {
    double squared_weights;    ///< Σ w²
    double squared_gradients;  ///< Σ g²
    double largest_weight;     ///< max |w|
    long sign_sum;             ///< Σ sign g
    long nonzero_gradients;    ///< #{g ≠ 0}
    long agreeing_signs;       ///< #{sign g = sign g′ ≠ 0} with g′ the gradient one step earlier
} adamprobe_node_sums;

adamprobe_node_sums adamprobe_node_sums_f32(const float *weights, const float *gradient, const float *previous, size_t count);
adamprobe_node_sums adamprobe_node_sums_f64(const double *weights, const double *gradient, const double *previous, size_t count);

/// True if Σ w² reaches `limit`; stops reading as soon as it does. Σ w² in `sum` is complete if the answer is false.
_Bool adamprobe_reaches_f32(const float *weights, size_t count, double limit, double *sum);
_Bool adamprobe_reaches_f64(const double *weights, size_t count, double limit, double *sum);

/// Order statistics of |x|: result[i] is the (ranks[i] + 1)-th smallest of the absolute values, exact; NaN counts as largest.
/// Ranks are under `count`, count ≥ 1, and `scratch` holds `count` elements.
void adamprobe_order_statistics_f32(const float *x, size_t count, const size_t *ranks, size_t rank_count, float *result, float *scratch);
void adamprobe_order_statistics_f64(const double *x, size_t count, const size_t *ranks, size_t rank_count, double *result, double *scratch);
