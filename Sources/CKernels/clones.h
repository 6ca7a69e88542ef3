// SPDX-License-Identifier: Apache-2.0
// One copy of a loop for each instruction set; the loader picks one when the program starts.
#pragma once

#if defined(__x86_64__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#endif
#ifndef CLONES
#define CLONES
#endif

// Within a clone: compiled for its instruction set, and for the constants that it is called with.
#define FORCE_INLINE static inline __attribute__((always_inline))
