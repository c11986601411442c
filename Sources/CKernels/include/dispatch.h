// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Compiles a function once for each generation of x86-64 vector units and picks one when the program starts; elsewhere the one
/// portable version. All versions give the same bits: contraction is off, and sums have a fixed number of lanes.
///
/// The choice is made by a function that the dynamic linker runs before anything else; code instrumented for ThreadSanitizer cannot run
/// that early, and gets the portable version.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define ADAMPROBE_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ADAMPROBE_DISPATCH
#endif
