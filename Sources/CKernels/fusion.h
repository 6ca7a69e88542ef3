// SPDX-License-Identifier: Apache-2.0
// Attentive feature fusion: what follows its two normalisations. a = z scale + offset is computed anew on the way
// back, so that nothing of it is stored.

// y := a sigmoid(a).
CLONES static void NAME(affine_swish)(ck_rows z, ck_rows scale, ck_rows offset, ck_rows y) {
  const REAL *s = ROW(scale, 0), *o = ROW(offset, 0);
  for (long r = 0; r < z.rows; r++) {
    const REAL *from = ROW(z, r);
    REAL *to = ROW(y, r);
    for (long c = 0; c < z.columns; c++) {
      REAL a = from[c] * s[c] + o[c];
      to[c] = a / (1 + EXP(-a));
    }
  }
}

// d := d times the slope of a sigmoid(a).
CLONES static void NAME(swish_backward)(ck_rows d, ck_rows z, ck_rows scale, ck_rows offset) {
  const REAL *s = ROW(scale, 0), *o = ROW(offset, 0);
  for (long r = 0; r < d.rows; r++) {
    const REAL *from = ROW(z, r);
    REAL *dr = ROW(d, r);
    for (long c = 0; c < d.columns; c++) {
      REAL a = from[c] * s[c] + o[c];
      REAL gate = 1 / (1 + EXP(-a));
      dr[c] *= gate * (1 + a * (1 - gate));
    }
  }
}

// tanh by exp, which vectorises; its error is of the size of 1, not of a, and 1 is what it is added to.
#define GATE(a) (1 - 2 / (1 + EXP(2 * (a))))

// out := x (1 + tanh(a)) + y (1 - tanh(a)).
CLONES static void NAME(fuse)(ck_rows x, ck_rows y, ck_rows z, ck_rows scale, ck_rows offset, ck_rows out) {
  const REAL *s = ROW(scale, 0), *o = ROW(offset, 0);
  for (long r = 0; r < z.rows; r++) {
    const REAL *from = ROW(z, r), *xr = ROW(x, r), *yr = ROW(y, r);
    REAL *to = ROW(out, r);
    for (long c = 0; c < z.columns; c++) {
      REAL t = GATE(from[c] * s[c] + o[c]);
      to[c] = xr[c] * (1 + t) + yr[c] * (1 - t);
    }
  }
}

// to (+)= d (1 + sign t).
static inline __attribute__((always_inline)) void NAME(fuse_part)(const REAL *d, const REAL *t, REAL sign,
                                                                  REAL *to, long n, int accumulate) {
  if (accumulate)
    for (long c = 0; c < n; c++) to[c] += d[c] * (1 + sign * t[c]);
  else
    for (long c = 0; c < n; c++) to[c] = d[c] * (1 + sign * t[c]);
}

// dx (+)= d (1 + t), dy (+)= d (1 - t), each where it has a base; then d := d (x - y) (1 - t^2), a's gradient.
CLONES static void NAME(fuse_backward)(ck_rows d, ck_rows x, ck_rows y, ck_rows z, ck_rows scale,
                                       ck_rows offset, ck_rows dx, int accumulate_x, ck_rows dy,
                                       int accumulate_y) {
  for (long r = 0; r < d.rows; r++)
    for (long from = 0; from < d.columns; from += COLUMNS) {
      long n = d.columns - from < COLUMNS ? d.columns - from : COLUMNS;
      const REAL *s = ROW(scale, 0) + from, *o = ROW(offset, 0) + from, *zr = ROW(z, r) + from,
                 *xr = ROW(x, r) + from, *yr = ROW(y, r) + from;
      REAL *dr = ROW(d, r) + from, t[COLUMNS];
      for (long c = 0; c < n; c++) t[c] = GATE(zr[c] * s[c] + o[c]);
      if (dx.base) NAME(fuse_part)(dr, t, 1, ROW(dx, r) + from, n, accumulate_x);
      if (dy.base) NAME(fuse_part)(dr, t, -1, ROW(dy, r) + from, n, accumulate_y);
      for (long c = 0; c < n; c++) dr[c] *= (xr[c] - yr[c]) * (1 - t[c] * t[c]);
    }
}
#undef GATE
