// SPDX-License-Identifier: Apache-2.0
// Batch normalisation in four passes over memory: two forward, two backward.

// z := clamp(z + bias + context), and the mean and the sum of squared deviations of each column.
// The sums are taken about the column's first value, so that a large mean costs no digits.
CLONES static void NAME(activate)(ck_rows z, ck_rows bias, ck_rows context, double low, double high,
                                  ck_sums mean, ck_sums squares) {
  REAL lo = (REAL)low, hi = (REAL)high;
  int changes = bias.base || context.base || low > -INFINITY || high < INFINITY;
  for (long from = 0; from < z.columns; from += COLUMNS) {
    long n = z.columns - from < COLUMNS ? z.columns - from : COLUMNS;
    REAL plus[COLUMNS], shift[COLUMNS], first[COLUMNS], second[COLUMNS];
    double firsts[COLUMNS], seconds[COLUMNS];
    for (long c = 0; c < n; c++) {
      plus[c] = (bias.base ? ROW(bias, 0)[from + c] : 0) + (context.base ? ROW(context, 0)[from + c] : 0);
      REAL a = z.rows > 0 ? ROW(z, 0)[from + c] + plus[c] : 0;
      a = a < lo ? lo : a;
      shift[c] = a > hi ? hi : a;
      firsts[c] = seconds[c] = 0;
    }
    for (long start = 0; start < z.rows; start += BLOCK) {
      long end = start + BLOCK < z.rows ? start + BLOCK : z.rows;
      memset(first, 0, sizeof(REAL) * (size_t)n);
      memset(second, 0, sizeof(REAL) * (size_t)n);
      for (long r = start; r < end; r++) {
        REAL *row = ROW(z, r) + from;
        if (!changes) {
          for (long c = 0; c < n; c++) {
            REAL d = row[c] - shift[c];
            first[c] += d;
            second[c] += d * d;
          }
          continue;
        }
        for (long c = 0; c < n; c++) {
          REAL a = row[c] + plus[c];
          a = a < lo ? lo : a;
          a = a > hi ? hi : a;
          row[c] = a;
          REAL d = a - shift[c];
          first[c] += d;
          second[c] += d * d;
        }
      }
      for (long c = 0; c < n; c++) {
        firsts[c] += first[c];
        seconds[c] += second[c];
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

// y := clamp(z scale + offset + residual).
CLONES static void NAME(affine_activate)(ck_rows z, ck_rows scale, ck_rows offset, ck_rows residual,
                                         double low, double high, ck_rows y) {
  const REAL *s = ROW(scale, 0), *o = ROW(offset, 0);
  REAL lo = (REAL)low, hi = (REAL)high;
  for (long r = 0; r < z.rows; r++) {
    const REAL *from = ROW(z, r);
    REAL *to = ROW(y, r);
    if (residual.base) {
      const REAL *plus = ROW(residual, r);
      for (long c = 0; c < z.columns; c++) {
        REAL a = from[c] * s[c] + o[c] + plus[c];
        a = a < lo ? lo : a;
        to[c] = a > hi ? hi : a;
      }
    } else {
      for (long c = 0; c < z.columns; c++) {
        REAL a = from[c] * s[c] + o[c];
        a = a < lo ? lo : a;
        to[c] = a > hi ? hi : a;
      }
    }
  }
}

// d := d where low < y < high, else 0.
CLONES static void NAME(mask)(ck_rows d, ck_rows y, double low, double high) {
  REAL lo = (REAL)low, hi = (REAL)high;
  for (long r = 0; r < d.rows; r++) {
    REAL *dr = ROW(d, r);
    const REAL *yr = ROW(y, r);
    for (long c = 0; c < d.columns; c++) {
      REAL value = yr[c] > lo ? dr[c] : 0;
      dr[c] = yr[c] < hi ? value : 0;
    }
  }
}

// sum := column sums of d; product := column sums of d * (a - mean) * inverse.
CLONES static void NAME(norm_sums)(ck_rows d, ck_rows a, ck_rows mean, ck_rows inverse, ck_sums sum,
                                   ck_sums product) {
  for (long from = 0; from < d.columns; from += COLUMNS) {
    long n = d.columns - from < COLUMNS ? d.columns - from : COLUMNS;
    REAL first[COLUMNS], second[COLUMNS];
    const REAL *m = ROW(mean, 0) + from, *s = ROW(inverse, 0) + from;
    for (long c = 0; c < n; c++) SUM(sum)[from + c] = SUM(product)[from + c] = 0;
    for (long start = 0; start < d.rows; start += BLOCK) {
      long end = start + BLOCK < d.rows ? start + BLOCK : d.rows;
      memset(first, 0, sizeof(REAL) * (size_t)n);
      memset(second, 0, sizeof(REAL) * (size_t)n);
      for (long r = start; r < end; r++) {
        const REAL *dr = ROW(d, r) + from, *ar = ROW(a, r) + from;
        for (long c = 0; c < n; c++) {
          first[c] += dr[c];
          second[c] += dr[c] * ((ar[c] - m[c]) * s[c]);
        }
      }
      for (long c = 0; c < n; c++) {
        SUM(sum)[from + c] += first[c];
        SUM(product)[from + c] += second[c];
      }
    }
  }
}

// d := (p d + u (a - mean) + v) where low < a < high, else 0; sum := column sums of the new d.
CLONES static void NAME(norm_backward)(ck_rows d, ck_rows a, ck_rows mean, ck_rows p, ck_rows u, ck_rows v,
                                       double low, double high, ck_sums sum) {
  REAL lo = (REAL)low, hi = (REAL)high;
  for (long from = 0; from < d.columns; from += COLUMNS) {
    long n = d.columns - from < COLUMNS ? d.columns - from : COLUMNS;
    REAL first[COLUMNS];
    const REAL *mc = ROW(mean, 0) + from, *pc = ROW(p, 0) + from, *uc = ROW(u, 0) + from,
               *vc = ROW(v, 0) + from;
    for (long c = 0; c < n; c++) SUM(sum)[from + c] = 0;
    for (long start = 0; start < d.rows; start += BLOCK) {
      long end = start + BLOCK < d.rows ? start + BLOCK : d.rows;
      memset(first, 0, sizeof(REAL) * (size_t)n);
      for (long r = start; r < end; r++) {
        REAL *dr = ROW(d, r) + from;
        const REAL *ar = ROW(a, r) + from;
        for (long c = 0; c < n; c++) {
          REAL value = pc[c] * dr[c] + uc[c] * (ar[c] - mc[c]) + vc[c];
          value = ar[c] > lo ? value : 0;
          value = ar[c] < hi ? value : 0;
          dr[c] = value;
          first[c] += value;
        }
      }
      for (long c = 0; c < n; c++) SUM(sum)[from + c] += first[c];
    }
  }
}
