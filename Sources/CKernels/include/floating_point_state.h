// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stdbool.h>

/// True if the running thread flushes subnormal operands and results to zero.
bool adamprobe_flushes_subnormals(void);

/// Sets both halves (operands and results) for the running thread. No effect on CPUs without the control.
void adamprobe_set_flush_subnormals(bool flush);
