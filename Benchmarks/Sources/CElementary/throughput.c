// SPDX-License-Identifier: GPL-3.0-or-later
#include "throughput.h"

#define TARGET
#define FUSED(a, b, c) ((a) * (b) + (c))
#define VECTOR_BYTES 16
#define NAMED(name) name##_baseline
#include "throughput.inc"
#undef TARGET
#undef FUSED
#undef VECTOR_BYTES
#undef NAMED

#if defined(__x86_64__)
#define FUSED(a, b, c) __builtin_elementwise_fma(a, b, c)

#define TARGET __attribute__((target("arch=x86-64-v3")))
#define VECTOR_BYTES 32
#define NAMED(name) name##_avx2
#include "throughput.inc"
#undef TARGET
#undef VECTOR_BYTES
#undef NAMED

#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define VECTOR_BYTES 64
#define NAMED(name) name##_avx512
#include "throughput.inc"
#define CHOOSE(set, name) ((set) == elementary_avx512 ? name##_avx512 : (set) == elementary_avx2 ? name##_avx2 : name##_baseline)
#else
#define CHOOSE(set, name) name##_baseline
#endif

double throughput_fused_f32(elementary_instructions set, size_t repetitions) { return CHOOSE(set, fused_f32)(repetitions); }
double throughput_fused_f64(elementary_instructions set, size_t repetitions) { return CHOOSE(set, fused_f64)(repetitions); }
double throughput_separate_f32(elementary_instructions set, size_t repetitions) { return CHOOSE(set, separate_f32)(repetitions); }
double throughput_separate_f64(elementary_instructions set, size_t repetitions) { return CHOOSE(set, separate_f64)(repetitions); }
double throughput_read(elementary_instructions set, size_t count, const float *a) { return CHOOSE(set, read)(count, a); }
void throughput_update(elementary_instructions set, size_t count, float *a, float b) { CHOOSE(set, update)(count, a, b); }
void throughput_moments(elementary_instructions set, size_t count, const float *g, float *w, float *m, float *v)
{
    CHOOSE(set, moments)(count, g, w, m, v);
}
