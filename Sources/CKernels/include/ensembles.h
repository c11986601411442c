// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Bytes of one row of lanes: 16 members in single precision, 8 in double.
enum { adamprobe_ensemble_row = 64 };

/// Samples that pass through the network together. Inputs and targets lie in tiles of so many, the samples left over one by one.
enum { adamprobe_ensemble_tile = 8 };

/// What follows a dense layer.
typedef enum {
    adamprobe_ensemble_identity,
    /// z for z > 0 or NaN, else 0.
    adamprobe_ensemble_relu,
    /// z for z > 0, else slope·z, with slope > 0.
    adamprobe_ensemble_leaky_relu,
} adamprobe_ensemble_activation;

/// A dense layer of every member. Parameter p of lane l lies at [p × lanes + l]; the weights are [units × inputs].
typedef struct {
    size_t inputs, units;
    /// Index of the first weight and of the first bias.
    size_t weight, bias;
    /// Index of the layer's first node among all.
    size_t node;
    int has_bias;
    adamprobe_ensemble_activation activation;
    double slope;
} adamprobe_ensemble_layer;

/// A block of members, one a lane, that train on the same samples: in single precision 16 floats a row and flags of 32 bits, in double precision 8
/// and 64. Every array but three consists of rows of lanes, starts at a 64-byte boundary, and overlaps with no other.
typedef struct {
    const adamprobe_ensemble_layer *layer;
    size_t layers, samples;
    /// Number of hidden nodes; they come before the outputs.
    size_t hidden;
    /// Not in rows: tiles [inputs × samples of the tile] and [outputs × samples of the tile], one after the other.
    const void *inputs, *targets;
    /// [parameters]; the gradient is 0 between steps.
    void *value, *gradient, *first, *second;
    /// [(hidden + outputs) × tile]: the pass's memory.
    void *nodes;
    /// [2]: λ of the weights and of the biases, and the flag −1 where that λ is not 0.
    const void *l2, *penalized;
    /// 1−β₁ if that is under ½, else −β₁; β₂, 1−β₂, ε.
    const void *lerp, *decay2, *gain2, *epsilon;
    /// One row a step: what multiplies m, and what divides √v (or v, where ε stands inside the root), if `corrects`.
    const void *rate, *correction;
    int corrects, inside_root;
    /// Steps made.
    size_t step;
    /// [hidden] flags: the last step, counted from 1, in which the data gradient of a node's weights or bias was not 0; 0 for none.
    void *last_gradient;
    /// [hidden] flags: samples with φ′(z) ≠ 0 in the last pass that counted.
    void *active;
    /// Σ (y − t)² of that pass; one a lane, not in rows.
    double *loss;
} adamprobe_ensemble;

/// Makes `steps` steps of every member on all samples: mean squared error, its gradient by the chain rule, and Adam with coupled L2. Products are
/// rounded, and every sum runs over its index in rising order, as in adamprobe_small_product; the update is that of adaptive_moments.h. With
/// `counts`, the pass of the last step counts active samples and sums the loss; for no steps, a pass at the parameters as they are.
void adamprobe_advance_ensemble_f32(adamprobe_ensemble *block, size_t steps, int counts);
/// The same in double precision.
void adamprobe_advance_ensemble_f64(adamprobe_ensemble *block, size_t steps, int counts);
