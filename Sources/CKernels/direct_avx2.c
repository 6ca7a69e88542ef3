// SPDX-License-Identifier: Apache-2.0
// 16 registers of 8 floats: a vector is two of them.
#if defined(__x86_64__)
#include "ck_direct.h"
#include "clones.h"
#include "direct_block.h"
#include "direct_forms.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

typedef float vector __attribute__((vector_size(64)));
typedef float unaligned __attribute__((vector_size(64), aligned(4), may_alias));

FORCE_INLINE void store(float *out, const vector *value, long lanes, int accumulate) {
  const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  for (int half = 0; half < 2; half++) {
    __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)lanes - 8 * half), index);
    __m256 v = half ? (__m256)__builtin_shufflevector(*value, *value, 8, 9, 10, 11, 12, 13, 14, 15)
                    : (__m256)__builtin_shufflevector(*value, *value, 0, 1, 2, 3, 4, 5, 6, 7);
    if (accumulate) v = _mm256_add_ps(v, _mm256_maskload_ps(out + 8 * half, mask));
    _mm256_maskstore_ps(out + 8 * half, mask, v);
  }
}

#define FORM ck_direct_avx2
#define NAME "AVX2"
#define MOST_VECTORS 1
#define PRODUCT_TILES TILE(6, 1)
#define GRADIENT_TILES TILE(6, 1)
#include "bodies/direct.inc"

#pragma clang attribute pop
#endif
