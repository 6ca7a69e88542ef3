// SPDX-License-Identifier: Apache-2.0
// 32 registers of 16 floats.
#if defined(__x86_64__)
#include "ck_direct.h"
#include "clones.h"
#include "direct_block.h"
#include "direct_forms.h"
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), apply_to = function)

typedef float vector __attribute__((vector_size(64)));
typedef float unaligned __attribute__((vector_size(64), aligned(4), may_alias));

FORCE_INLINE void store(float *out, const vector *value, long lanes, int accumulate) {
  __mmask16 mask = (__mmask16)((1u << lanes) - 1);
  __m512 v = (__m512)*value;
  if (accumulate) v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(mask, out));
  _mm512_mask_storeu_ps(out, mask, v);
}

#define FORM ck_direct_avx512
#define NAME "AVX-512"
#define MOST_VECTORS 4
#define PRODUCT_TILES TILE(24, 1) TILE(14, 2) TILE(9, 3) TILE(6, 4)
#define GRADIENT_TILES TILE(24, 1) TILE(13, 2) TILE(9, 3) TILE(6, 4)
#include "bodies/direct.inc"

#pragma clang attribute pop
#endif
