// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "elementary.h"

/// 2·`throughput_chains`·(elements of a 64-byte vector) operations a repetition: fused multiply-adds in registers alone, chains enough to hide
/// their latency. Returns a number that depends on all of them.
enum { throughput_chains = 12 };
double throughput_fused_f32(elementary_instructions set, size_t repetitions);
/// The same in double precision.
double throughput_fused_f64(elementary_instructions set, size_t repetitions);

/// 2·`throughput_pairs`·(elements of a 64-byte vector) operations a repetition: a multiplication and an addition, each rounded, in registers alone.
enum { throughput_pairs = 14 };
double throughput_separate_f32(elementary_instructions set, size_t repetitions);
/// The same in double precision.
double throughput_separate_f64(elementary_instructions set, size_t repetitions);

/// Reads `count` floats, a multiple of 128; returns a number that depends on all of them.
double throughput_read(elementary_instructions set, size_t count, const float *a);
/// a[i] = a[i] + b in place: each cache line is read and written once. `count` is a multiple of 128.
void throughput_update(elementary_instructions set, size_t count, float *a, float b);
/// The traffic of Adam's update with next to none of its arithmetic: w[i] += g[i], m[i] += g[i], v[i] += g[i]; one vector is read, three
/// are read and written. `count` is a multiple of 128.
void throughput_moments(elementary_instructions set, size_t count, const float *g, float *w, float *m, float *v);
