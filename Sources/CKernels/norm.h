// SPDX-License-Identifier: Apache-2.0
// Batch normalisation forward: a pass over memory for the statistics, and one for the result.

// Narrow rows that lie together are taken side by side as one long row, with the coefficients repeated, so that
// a loop over columns fills the processor's vectors: how many rows.
#define SIDE_BY_SIDE(n, dense) ((dense) && (n) < COLUMNS ? COLUMNS / (n) : 1)
#define DENSE(m, n) ((m).stride == (n) && (m).columns == (n))
#define REPEAT(from, n, times, to)                                                                         \
  for (long k_ = 0; k_ < (times); k_++)                                                                    \
    for (long c_ = 0; c_ < (n); c_++) (to)[k_ * (n) + c_] = (from)[c_]
// Rows of a group of `fold`, of which the last may be short: the elements that they have.
#define WIDTH(r, end, fold, n) (((end) - (r) < (fold) ? (end) - (r) : (fold)) * (n))

FORCE_INLINE void NAME(activate_row)(REAL *row, const REAL *plus, const REAL *shift, REAL lo, REAL hi,
                                     const int changes, long n, REAL *first, REAL *second) {
  for (long c = 0; c < n; c++) {
    REAL a = row[c];
    if (changes) {
      a += plus[c];
      a = a < lo ? lo : a;
      a = a > hi ? hi : a;
      row[c] = a;
    }
    REAL d = a - shift[c];
    first[c] += d;
    second[c] += d * d;
  }
}

// z := clamp(z + bias + context), and the mean and the sum of squared deviations of each column.
// The sums are taken about the column's first value, so that a large mean costs no digits.
CLONES static void NAME(activate)(ck_rows z, ck_rows bias, ck_rows context, double low, double high,
                                  ck_sums mean, ck_sums squares) {
  REAL lo = (REAL)low, hi = (REAL)high;
  int changes = bias.base || context.base || low != -INFINITY || high != INFINITY;
  for (long from = 0; from < z.columns; from += COLUMNS) {
    long n = z.columns - from < COLUMNS ? z.columns - from : COLUMNS;
    long fold = SIDE_BY_SIDE(n, DENSE(z, n));
    REAL plus[COLUMNS], shift[COLUMNS], first[COLUMNS], second[COLUMNS];
    double firsts[COLUMNS], seconds[COLUMNS];
    for (long c = 0; c < n; c++) {
      plus[c] = (bias.base ? ROW(bias, 0)[from + c] : 0) + (context.base ? ROW(context, 0)[from + c] : 0);
      REAL a = z.rows > 0 ? ROW(z, 0)[from + c] + plus[c] : 0;
      a = a < lo ? lo : a;
      shift[c] = a > hi ? hi : a;
      firsts[c] = seconds[c] = 0;
    }
    REPEAT(plus, n, fold, plus);
    REPEAT(shift, n, fold, shift);
    for (long start = 0; start < z.rows; start += BLOCK * fold) {
      long end = start + BLOCK * fold < z.rows ? start + BLOCK * fold : z.rows;
      memset(first, 0, sizeof(REAL) * (size_t)(n * fold));
      memset(second, 0, sizeof(REAL) * (size_t)(n * fold));
      for (long r = start; r < end; r += fold) {
        REAL *row = ROW(z, r) + from;
        if (changes)
          NAME(activate_row)(row, plus, shift, lo, hi, 1, WIDTH(r, end, fold, n), first, second);
        else
          NAME(activate_row)(row, plus, shift, lo, hi, 0, WIDTH(r, end, fold, n), first, second);
      }
      for (long k = 0; k < fold; k++)
        for (long c = 0; c < n; c++) {
          firsts[c] += first[k * n + c];
          seconds[c] += second[k * n + c];
        }
    }
    if (!mean.base) continue;
    for (long c = 0; c < n; c++) {
      double s = seconds[c] - firsts[c] * firsts[c] / (double)z.rows;
      SUM(mean)[from + c] = (double)shift[c] + firsts[c] / (double)z.rows;
      SUM(squares)[from + c] = s < 0 ? 0 : s;
    }
  }
}

CLONES static void NAME(affine)(ck_rows a, ck_rows scale, ck_rows offset, ck_rows y) {
  const REAL *s = ROW(scale, 0), *o = ROW(offset, 0);
  for (long r = 0; r < a.rows; r++) {
    const REAL *from = ROW(a, r);
    REAL *to = ROW(y, r);
    for (long c = 0; c < a.columns; c++) to[c] = from[c] * s[c] + o[c];
  }
}

FORCE_INLINE void NAME(affine_row)(const REAL *from, const REAL *s, const REAL *o, const REAL *plus,
                                   const int adds, REAL lo, REAL hi, long n, REAL *to) {
  for (long c = 0; c < n; c++) {
    REAL a = from[c] * s[c] + o[c];
    if (adds) a += plus[c];
    a = a < lo ? lo : a;
    to[c] = a > hi ? hi : a;
  }
}

// y := clamp(z scale + offset + residual).
CLONES static void NAME(affine_activate)(ck_rows z, ck_rows scale, ck_rows offset, ck_rows residual,
                                         double low, double high, ck_rows y) {
  REAL lo = (REAL)low, hi = (REAL)high, s[COLUMNS], o[COLUMNS];
  for (long from = 0; from < z.columns; from += COLUMNS) {
    long n = z.columns - from < COLUMNS ? z.columns - from : COLUMNS;
    long fold = SIDE_BY_SIDE(n, DENSE(z, n) && DENSE(y, n) && (!residual.base || DENSE(residual, n)));
    REPEAT(ROW(scale, 0) + from, n, fold, s);
    REPEAT(ROW(offset, 0) + from, n, fold, o);
    for (long r = 0; r < z.rows; r += fold) {
      const REAL *row = ROW(z, r) + from;
      REAL *to = ROW(y, r) + from;
      if (residual.base)
        NAME(affine_row)(row, s, o, ROW(residual, r) + from, 1, lo, hi, WIDTH(r, z.rows, fold, n), to);
      else
        NAME(affine_row)(row, s, o, NULL, 0, lo, hi, WIDTH(r, z.rows, fold, n), to);
    }
  }
}
