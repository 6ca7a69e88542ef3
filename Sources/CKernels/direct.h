// SPDX-License-Identifier: Apache-2.0
// Register tiles of a direct convolution: a template for one instruction set. `store` is the including
// file's, and so are the sizes of the tiles in PRODUCT_TILES and GRADIENT_TILES.

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

// Positions by vectors of 16 outputs, in registers over all runs.
//
// A position's address is one of five bases or a small multiple of the stride from it: the empty
// assembly keeps the compiler from making an address register of each position, of which there are too few.
INLINE void product_tile(const int positions, const int vectors, const float *x, long stride, const ck_run *runs,
                         long run_count, const float *w, float *const *out, long lanes, int accumulate) {
  vector sum[24][4];
  UNROLL for (int i = 0; i < positions; i++) {
    UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = (vector){0};
  }
  long one = stride, three = 3 * stride;
  for (long r = 0; r < run_count; r++) {
    const float *a = x + runs[r].offset, *b = a + 5 * stride, *c = b + 5 * stride, *d = c + 5 * stride,
                *e = d + 5 * stride;
    for (long k = runs[r].length; k > 0; k--) {
      __asm__ volatile("" : "+r"(one), "+r"(three), "+r"(a));
      if (positions > 5) __asm__ volatile("" : "+r"(b));
      if (positions > 10) __asm__ volatile("" : "+r"(c));
      if (positions > 15) __asm__ volatile("" : "+r"(d));
      if (positions > 20) __asm__ volatile("" : "+r"(e));
      vector weights[4];
      UNROLL for (int v = 0; v < vectors; v++) weights[v] = *(const unaligned *)(w + 16 * v);
      UNROLL for (int i = 0; i < positions; i++) {
        const float *base = i < 5 ? a : i < 10 ? b : i < 15 ? c : i < 20 ? d : e;
        const int step = i % 5;
        const float *at = step == 0   ? base
                          : step == 1 ? base + one
                          : step == 2 ? base + 2 * one
                          : step == 3 ? base + three
                                      : base + 4 * one;
        vector all = *at - (vector){0};
        UNROLL for (int v = 0; v < vectors; v++)
          sum[i][v] = __builtin_elementwise_fma(all, weights[v], sum[i][v]);
      }
      w += 16 * vectors;
      a++, b++, c++, d++, e++;
    }
  }
  UNROLL for (int i = 0; i < positions; i++) {
    if (!out[i]) continue;
    UNROLL for (int v = 0; v < vectors; v++)
      store(out[i] + 16 * v, &sum[i][v], v + 1 < vectors ? 16 : lanes, accumulate);
  }
}

// One block of outputs, tile after tile. The last tile ends with the positions, and so begins among those
// that are done, where there are enough of them.
INLINE void product_block(const int height, const int vectors, const float *window, long stride,
                          const ck_run *runs, long run_count, const float *w, ck_positions p, ck_rows out,
                          long first_output, int accumulate) {
  long lanes = out.columns - first_output - 16 * (vectors - 1);
  if (lanes > 16) lanes = 16;
  float *base = (float *)out.base + first_output;
  long row = 0, column = 0;
  for (long start = 0; start < p.count; start += height) {
    long early = start + height > p.count && p.count >= height ? start + height - p.count : 0;
    float *to[24];
    UNROLL for (int i = 0; i < height; i++) to[i] = 0;
    for (long i = early; i < height && start - early + i < p.count; i++) {
      to[i] = column < p.valid ? base + (row * p.row_step + column * p.column_step) * out.stride : 0;
      if (++column == p.pitch) column = 0, row++;
    }
    product_tile(height, vectors, window + (start - early) * stride, stride, runs, run_count, w, to, lanes,
                 accumulate);
  }
}

// Floats of a run by vectors of 16 outputs, summed over positions. Two levels: a call's positions, then calls.
INLINE void gradient_tile(const int height, const int vectors, const float *x, long stride, const float *d,
                          long d_stride, long count, float *sums, long sums_stride, long valid) {
  vector sum[24][4];
  UNROLL for (int i = 0; i < height; i++) {
    UNROLL for (int v = 0; v < vectors; v++) sum[i][v] = (vector){0};
  }
  for (long p = count; p > 0; p--) {
    vector slopes[4];
    UNROLL for (int v = 0; v < vectors; v++) slopes[v] = *(const unaligned *)(d + 16 * v);
    UNROLL for (int i = 0; i < height; i++) {
      vector all = x[i] - (vector){0};
      UNROLL for (int v = 0; v < vectors; v++)
        sum[i][v] = __builtin_elementwise_fma(all, slopes[v], sum[i][v]);
    }
    x += stride;
    d += d_stride;
  }
  UNROLL for (int i = 0; i < height; i++) {
    if (i >= valid) break;
    UNROLL for (int v = 0; v < vectors; v++)
      *(unaligned *)(sums + i * sums_stride + 16 * v) += sum[i][v];
  }
}

// All floats of all runs for one block of outputs.
INLINE void gradient_block(const int height, const int vectors, const float *window, long stride,
                           const ck_run *runs, long run_count, const float *d, long d_stride, long count,
                           float *sums, long sums_stride) {
  for (long r = 0; r < run_count; r++) {
    for (long k = 0; k < runs[r].length; k += height)
      gradient_tile(height, vectors, window + runs[r].offset + k, stride, d, d_stride, count,
                    sums + k * sums_stride, sums_stride, runs[r].length - k);
    sums += runs[r].length * sums_stride;
  }
}

#define TILE(height, vectors)                                                                              \
  static void product_##height##x##vectors(const float *window, long stride, const ck_run *runs,           \
                                           long run_count, const float *w, ck_positions p, ck_rows out,    \
                                           long first_output, int accumulate) {                            \
    product_block(height, vectors, window, stride, runs, run_count, w, p, out, first_output, accumulate);  \
  }
PRODUCT_TILES
#undef TILE

#define TILE(height, vectors)                                                                              \
  static void gradient_##height##x##vectors(const float *window, long stride, const ck_run *runs,          \
                                            long run_count, const float *d, long d_stride, long count,     \
                                            float *sums, long sums_stride) {                               \
    gradient_block(height, vectors, window, stride, runs, run_count, d, d_stride, count, sums,             \
                   sums_stride);                                                                           \
  }
GRADIENT_TILES
#undef TILE

static void product(ck_rows window, const ck_run *runs, long run_count, ck_rows packed, ck_positions positions,
                    ck_rows out, int accumulate) {
  long vectors = (out.columns + 15) / 16, inner = 0;
  for (long r = 0; r < run_count; r++) inner += runs[r].length;
  for (long first = 0; first < vectors;) {
    long take = ck_direct_block(MOST_VECTORS, vectors - first);
    const float *w = (const float *)packed.base + 16 * first * inner;
    switch (take) {
#define TILE(height, vectors)                                                                              \
  case vectors:                                                                                            \
    product_##height##x##vectors(window.base, window.stride, runs, run_count, w, positions, out,           \
                                 16 * first, accumulate);                                                  \
    break;
      PRODUCT_TILES
#undef TILE
    }
    first += take;
  }
}

// Some positions at a time, which stay in the first cache while tile after tile goes over them.
static void gradient(ck_rows window, const ck_run *runs, long run_count, ck_rows d, ck_rows sums) {
  enum { CHUNK = 128 };
  long vectors = (sums.columns + 15) / 16;
  for (long start = 0; start < d.rows; start += CHUNK) {
    long count = d.rows - start < CHUNK ? d.rows - start : CHUNK;
    const float *x = (const float *)window.base + start * window.stride;
    for (long first = 0; first < vectors;) {
      long take = ck_direct_block(MOST_VECTORS, vectors - first);
      const float *slopes = (const float *)d.base + start * d.stride + 16 * first;
      float *to = (float *)sums.base + 16 * first;
      switch (take) {
#define TILE(height, vectors)                                                                              \
  case vectors:                                                                                            \
    gradient_##height##x##vectors(x, window.stride, runs, run_count, slopes, d.stride, count, to,          \
                                  sums.stride);                                                            \
    break;
        GRADIENT_TILES
#undef TILE
      }
      first += take;
    }
  }
}
