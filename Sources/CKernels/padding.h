// SPDX-License-Identifier: Apache-2.0
// What a convolution by taps needs: padding in time by reflection (the edge row is not repeated) or by
// zeros, its transpose, and a weight's taps apart and together.

static void NAME(put)(const REAL *x, const REAL *plus, long n, REAL *out) {
  if (!plus) {
    memcpy(out, x, sizeof(REAL) * (size_t)n);
    return;
  }
  for (long c = 0; c < n; c++) out[c] = x[c] + plus[c];
}

CLONES static void NAME(pad)(ck_rows x, ck_rows plus, long padding, int reflect, ck_rows out) {
  long last = x.rows - 1;
  for (long r = 0; r < out.rows; r++) {
    long t = r - padding;
    if (t < 0 || t > last) {
      if (!reflect) {
        memset(ROW(out, r), 0, sizeof(REAL) * (size_t)x.columns);
        continue;
      }
      t = t < 0 ? -t : 2 * last - t;
    }
    NAME(put)(ROW(x, t), plus.base ? ROW(plus, t) : NULL, x.columns, ROW(out, r));
  }
}

CLONES static void NAME(add)(ck_rows x, ck_rows out, int accumulate) {
  for (long r = 0; r < x.rows; r++) {
    const REAL *from = ROW(x, r);
    REAL *to = ROW(out, r);
    if (accumulate)
      for (long c = 0; c < x.columns; c++) to[c] += from[c];
    else
      memcpy(to, from, sizeof(REAL) * (size_t)x.columns);
  }
}

CLONES static void NAME(fold)(ck_rows padded, long padding, int reflect, ck_rows dx, int accumulate) {
  long last = dx.rows - 1;
  for (long t = 0; t <= last; t++) {
    const REAL *from = ROW(padded, t + padding);
    REAL *to = ROW(dx, t);
    if (accumulate)
      for (long c = 0; c < dx.columns; c++) to[c] += from[c];
    else
      memcpy(to, from, sizeof(REAL) * (size_t)dx.columns);
    if (!reflect) continue;
    if (t >= 1 && t <= padding) {
      const REAL *left = ROW(padded, padding - t);
      for (long c = 0; c < dx.columns; c++) to[c] += left[c];
    }
    if (t >= last - padding && t < last) {
      const REAL *right = ROW(padded, padding + 2 * last - t);
      for (long c = 0; c < dx.columns; c++) to[c] += right[c];
    }
  }
}

static void NAME(deinterleave)(ck_rows weight, long taps, long from, long to, ck_rows packed) {
  for (long r = from; r < to; r++)
    for (long tap = 0; tap < taps; tap++) {
      const REAL *w = ROW(weight, r) + tap;
      long inputs = weight.columns / taps;
      REAL *p = ROW(packed, r) + tap * inputs;
      for (long c = 0; c < inputs; c++) p[c] = w[c * taps];
    }
}

static void NAME(interleave)(ck_rows packed, long taps, long from, long to, ck_rows weight, int accumulate) {
  for (long r = from; r < to; r++)
    for (long tap = 0; tap < taps; tap++) {
      long inputs = weight.columns / taps;
      const REAL *p = ROW(packed, r) + tap * inputs;
      REAL *w = ROW(weight, r) + tap;
      for (long c = 0; c < inputs; c++) w[c * taps] = accumulate ? w[c * taps] + p[c] : p[c];
    }
}
