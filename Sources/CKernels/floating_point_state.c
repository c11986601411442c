// SPDX-License-Identifier: GPL-3.0-or-later
#include "floating_point_state.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

// MXCSR bit 15: results flushed to zero; bit 6: operands read as zero.
static const unsigned flush_bits = 0x8040;

bool adamprobe_flushes_subnormals(void) { return (_mm_getcsr() & flush_bits) == flush_bits; }

void adamprobe_set_flush_subnormals(bool flush) {
    unsigned control = _mm_getcsr();
    _mm_setcsr(flush ? control | flush_bits : control & ~flush_bits);
}

#elif defined(__aarch64__)
#include <stdint.h>

// FPCR bit 24 (FZ): operands and results flushed to zero.
static const uint64_t flush_bit = UINT64_C(1) << 24;

bool adamprobe_flushes_subnormals(void) {
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    return control & flush_bit;
}

void adamprobe_set_flush_subnormals(bool flush) {
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    control = flush ? control | flush_bit : control & ~flush_bit;
    __asm__ volatile("msr fpcr, %0" : : "r"(control));
}

#else
bool adamprobe_flushes_subnormals(void) { return false; }
void adamprobe_set_flush_subnormals(bool flush) { (void)flush; }
#endif
