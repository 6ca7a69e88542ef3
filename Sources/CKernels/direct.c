// SPDX-License-Identifier: Apache-2.0
#include "ck_direct.h"
#include "direct_block.h"
#include "direct_forms.h"
#include <string.h>

const ck_direct *ck_direct_form(long index) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("x86-64-v4") && index-- == 0) return &ck_direct_avx512;
  if (__builtin_cpu_supports("x86-64-v3") && index-- == 0) return &ck_direct_avx2;
#endif
  return NULL;
}

int ck_direct_is_optimised(void) {
#if defined(__OPTIMIZE__)
  return 1;
#else
  return 0;
#endif
}

static void zero(float *from, long count) { memset(from, 0, sizeof(float) * (size_t)count); }

void ck_direct_window(ck_rows source, ck_window s, ck_rows window) {
  long width = window.columns, channels = source.columns;
  // Columns in the padding at the left, and up to the padding at the right.
  long left = s.first_column < 0 ? (s.column_step - 1 - s.first_column) / s.column_step : 0;
  long inside = s.first_column < s.frames ? (s.frames - 1 - s.first_column) / s.column_step + 1 : 0;
  left = left < s.columns ? left : s.columns;
  inside = inside < s.columns ? inside : s.columns;
  inside = inside > left ? inside : left;
  for (long r = 0; r < s.rows; r++) {
    float *to = (float *)window.base + r * s.pitch * width;
    long f = s.first_row + r * s.row_step;
    if (f < 0 || f >= s.frequencies) {
      zero(to, s.columns * width);
      continue;
    }
    zero(to, left * width);
    zero(to + inside * width, (s.columns - inside) * width);
    long step = s.column_step * source.stride;
    const float *from = (const float *)source.base +
                        (f * s.frames + s.first_column + left * s.column_step) * source.stride;
    if (step == width && channels == width) {
      memcpy(to + left * width, from, sizeof(float) * (size_t)((inside - left) * width));
      continue;
    }
    for (long q = left; q < inside; q++, from += step) {
      memcpy(to + q * width, from, sizeof(float) * (size_t)channels);
      zero(to + q * width + channels, width - channels);
    }
  }
}

long ck_direct_blocks(const ck_direct *direct, long outputs) {
  return ((outputs + 15) / 16 + direct->vectors - 1) / direct->vectors;
}

void ck_direct_pack(const ck_direct *direct, ck_rows weight, long taps, const long *order, long tap_count,
                    int transposed, long index, ck_rows packed) {
  long inputs = transposed ? weight.rows : weight.columns / taps;
  long outputs = transposed ? weight.columns / taps : weight.rows;
  long output_step = transposed ? taps : weight.stride, input_step = transposed ? weight.stride : taps;
  long vectors = (outputs + 15) / 16, first = 0, take = ck_direct_block(direct->vectors, vectors);
  for (long i = 0; i < index; i++) {
    first += take;
    take = ck_direct_block(direct->vectors, vectors - first);
  }
  float *to = (float *)packed.base + 16 * first * tap_count * inputs;
  for (long tap = 0; tap < tap_count; tap++)
    for (long c = 0; c < inputs; c++) {
      const float *w = (const float *)weight.base + c * input_step + order[tap];
      for (long o = 16 * first; o < 16 * (first + take); o++) *to++ = o < outputs ? w[o * output_step] : 0;
    }
}

void ck_direct_unpack(ck_rows sums, long taps, const long *order, long tap_count, long from, long to,
                      ck_rows weight, int accumulate) {
  long inputs = weight.columns / taps;
  const float *row = sums.base;
  for (long tap = 0; tap < tap_count; tap++)
    for (long c = 0; c < inputs; c++, row += sums.stride) {
      float *w = (float *)weight.base + c * taps + order[tap];
      for (long o = from; o < to; o++) {
        float *target = w + o * weight.stride;
        *target = accumulate ? *target + row[o] : row[o];
      }
    }
}
