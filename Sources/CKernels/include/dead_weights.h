// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Cases that one block advances together.
enum { adamprobe_dead_weight_lanes = 64 };

/// The update rule of a block; its recipe is the one written out at Theory's `ExactRecursion`.
typedef enum {
    adamprobe_rule_adam,
    adamprobe_rule_amsgrad,
    adamprobe_rule_adamw,
    adamprobe_rule_adamax,
    adamprobe_rule_nadam,
    adamprobe_rule_adagrad,
    adamprobe_rule_rmsprop,
    adamprobe_rule_adadelta,
    adamprobe_rule_gradient_descent,
    adamprobe_rule_heavy_ball,
    adamprobe_rule_nesterov,
    adamprobe_rule_lion,
    adamprobe_rule_sign_descent,
} adamprobe_rule;

/// Variants of a rule: where ε stands (Adam, AMSGrad, AdamW, NAdam), or RMSprop's momentum and centring.
enum {
    adamprobe_variant_outside_root = 0,
    adamprobe_variant_epsilon_hat = 1,
    adamprobe_variant_inside_root = 2,
    adamprobe_variant_plain = 0,
    adamprobe_variant_momentum = 1,
    adamprobe_variant_centered = 2,
};

/// A weight's fall under a threshold or its rise from it, at the end of a row.
typedef struct {
    int32_t row;
    int16_t lane;
    int16_t threshold;
} adamprobe_transition;

/// What a call did.
typedef struct {
    /// Steps made: all, or fewer where another step might not have had room for its transitions.
    size_t rows;
    size_t transitions;
} adamprobe_advance;

/// A block of `adamprobe_dead_weight_lanes` weights without data gradient. Every array has one entry a lane unless said otherwise; none overlap.
#define ADAMPROBE_DEAD_WEIGHTS(REAL, FLAG) \
    struct { \
        REAL *weight, *first, *second, *auxiliary; \
        const REAL *l2;        /* λ; 0 for none */ \
        const REAL *lerp;      /* 1−β of the interpolated moment if that is under ½, else −β */ \
        const REAL *decay1;    /* β₁ or momentum */ \
        const REAL *gain1;     /* 1−β₁ */ \
        const REAL *decay2;    /* β₂ */ \
        const REAL *gain2;     /* 1−β₂ */ \
        const REAL *epsilon; \
        /* Of each row, `stride` entries apart (0 if all rows are alike): */ \
        const REAL *rate;       /* what multiplies m, g or b */ \
        const REAL *correction; /* what divides √v or v, where `corrects` */ \
        const REAL *extra;      /* 1 − α·(decoupled decay) of AdamW and Lion; the rate of NAdam's m */ \
        size_t stride; \
        /* Measurements: */ \
        double *squares;            /* Σ w², where `sums` */ \
        REAL *largest;              /* max |w|, where `tracks`; a NaN stays as long as w is one */ \
        size_t thresholds; \
        const REAL *threshold;      /* one a threshold */ \
        FLAG *below;                /* [thresholds × lanes], −1 where |w| < threshold, else 0 */ \
        adamprobe_transition *transitions; \
        size_t capacity;            /* of `transitions`; at least thresholds × lanes */ \
        adamprobe_rule rule; \
        int variant, corrects, sums, tracks; \
    }
typedef ADAMPROBE_DEAD_WEIGHTS(float, int32_t) adamprobe_dead_weights_f32;
typedef ADAMPROBE_DEAD_WEIGHTS(double, int64_t) adamprobe_dead_weights_f64;

/// Makes up to `rows` steps of every lane, each operation rounded on its own, and notes which lanes crossed which thresholds.
adamprobe_advance adamprobe_advance_dead_weights_f32(const adamprobe_dead_weights_f32 *block, size_t rows);
/// The same in double precision.
adamprobe_advance adamprobe_advance_dead_weights_f64(const adamprobe_dead_weights_f64 *block, size_t rows);
