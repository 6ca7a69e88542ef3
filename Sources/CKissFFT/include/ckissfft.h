// SPDX-License-Identifier: Apache-2.0
// kissfft in double precision. Its C library is built for float, whose rounding shows in the quiet mel bins beside a
// loud tone (1.4e-4 in the logarithm, more than the 1e-4 that the features are held to); its C++ header is not.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct resect_rfft resect_rfft;

/// Tables for real transforms of `count` points, an even number; NULL where there is no memory.
resect_rfft *resect_rfft_create(size_t count);
void resect_rfft_destroy(resect_rfft *plan);

/// |X_k|^2 for k = 0..count/2 of `count` real values. Uses the plan's own scratch: one plan a thread.
void resect_rfft_power(resect_rfft *plan, const double *values, double *power);

/// The first `count` values of the full convolution of `a` and `b`, through transforms of a power of two that is
/// long enough for nothing to wrap around; 0 where there is no memory. `count` is at most `a_count + b_count - 1`.
int resect_convolve(const double *a, size_t a_count, const double *b, size_t b_count, double *result,
                    size_t count);

#ifdef __cplusplus
}
#endif
