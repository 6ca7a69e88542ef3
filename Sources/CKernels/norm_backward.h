// SPDX-License-Identifier: Apache-2.0
// Batch normalisation backward: a pass over memory for the sums, and one for the result.

// `gated`: d counts where the activation of a scale + offset has a slope. That is what the forward pass
// computed, so that its result need not be read again.
FORCE_INLINE void NAME(norm_sums_row)(const REAL *d, const REAL *a, const REAL *m, const REAL *inverse,
                                      const int gated, const REAL *scale, const REAL *offset, REAL lo, REAL hi,
                                      long n, REAL *first, REAL *second) {
  for (long c = 0; c < n; c++) {
    REAL value = d[c];
    if (gated) {
      REAL y = a[c] * scale[c] + offset[c];
      value = y > lo ? value : 0;
      value = y < hi ? value : 0;
    }
    first[c] += value;
    second[c] += value * ((a[c] - m[c]) * inverse[c]);
  }
}

// sum := column sums of d; product := column sums of d * (a - mean) * inverse.
CLONES static void NAME(norm_sums)(ck_rows d, ck_rows a, ck_rows mean, ck_rows inverse, ck_slope slope,
                                   ck_sums sum, ck_sums product) {
  REAL lo = (REAL)slope.low, hi = (REAL)slope.high;
  for (long from = 0; from < d.columns; from += COLUMNS) {
    long n = d.columns - from < COLUMNS ? d.columns - from : COLUMNS;
    long fold = SIDE_BY_SIDE(n, DENSE(d, n) && DENSE(a, n));
    REAL first[COLUMNS], second[COLUMNS], m[COLUMNS], s[COLUMNS], scale[COLUMNS], offset[COLUMNS];
    REPEAT(ROW(mean, 0) + from, n, fold, m);
    REPEAT(ROW(inverse, 0) + from, n, fold, s);
    if (slope.scale.base) {
      REPEAT(ROW(slope.scale, 0) + from, n, fold, scale);
      REPEAT(ROW(slope.offset, 0) + from, n, fold, offset);
    }
    for (long c = 0; c < n; c++) SUM(sum)[from + c] = SUM(product)[from + c] = 0;
    for (long start = 0; start < d.rows; start += BLOCK * fold) {
      long end = start + BLOCK * fold < d.rows ? start + BLOCK * fold : d.rows;
      memset(first, 0, sizeof(REAL) * (size_t)(n * fold));
      memset(second, 0, sizeof(REAL) * (size_t)(n * fold));
      for (long r = start; r < end; r += fold) {
        const REAL *dr = ROW(d, r) + from, *ar = ROW(a, r) + from;
        long width = WIDTH(r, end, fold, n);
        if (slope.scale.base)
          NAME(norm_sums_row)(dr, ar, m, s, 1, scale, offset, lo, hi, width, first, second);
        else
          NAME(norm_sums_row)(dr, ar, m, s, 0, NULL, NULL, lo, hi, width, first, second);
      }
      for (long k = 0; k < fold; k++)
        for (long c = 0; c < n; c++) {
          SUM(sum)[from + c] += first[k * n + c];
          SUM(product)[from + c] += second[k * n + c];
        }
    }
  }
}

// `branches`: 0 has none, 1 sets it, 2 adds to it.
FORCE_INLINE void NAME(branch_row)(REAL *d, const REAL *y, REAL lo, REAL hi, const int branches, REAL *branch,
                                   const REAL *a, const REAL *m, const REAL *inverse, long n, REAL *first,
                                   REAL *second) {
  for (long c = 0; c < n; c++) {
    REAL value = y[c] > lo ? d[c] : 0;
    value = y[c] < hi ? value : 0;
    d[c] = value;
    if (branches == 1) branch[c] = value;
    if (branches == 2) branch[c] += value;
    first[c] += value;
    second[c] += value * ((a[c] - m[c]) * inverse[c]);
  }
}

// d := d where low < y < high, else 0; branch (+)= d; then the sums of norm_sums.
CLONES static void NAME(branch_sums)(ck_rows d, ck_rows y, double low, double high, ck_rows branch,
                                     int accumulate, ck_rows a, ck_rows mean, ck_rows inverse, ck_sums sum,
                                     ck_sums product) {
  REAL lo = (REAL)low, hi = (REAL)high;
  for (long from = 0; from < d.columns; from += COLUMNS) {
    long n = d.columns - from < COLUMNS ? d.columns - from : COLUMNS;
    long fold = SIDE_BY_SIDE(
        n, DENSE(d, n) && DENSE(a, n) && DENSE(y, n) && (!branch.base || DENSE(branch, n)));
    REAL first[COLUMNS], second[COLUMNS], m[COLUMNS], s[COLUMNS];
    REPEAT(ROW(mean, 0) + from, n, fold, m);
    REPEAT(ROW(inverse, 0) + from, n, fold, s);
    for (long c = 0; c < n; c++) SUM(sum)[from + c] = SUM(product)[from + c] = 0;
    for (long start = 0; start < d.rows; start += BLOCK * fold) {
      long end = start + BLOCK * fold < d.rows ? start + BLOCK * fold : d.rows;
      memset(first, 0, sizeof(REAL) * (size_t)(n * fold));
      memset(second, 0, sizeof(REAL) * (size_t)(n * fold));
      for (long r = start; r < end; r += fold) {
        REAL *dr = ROW(d, r) + from, *br = branch.base ? ROW(branch, r) + from : NULL;
        const REAL *yr = ROW(y, r) + from, *ar = ROW(a, r) + from;
        long width = WIDTH(r, end, fold, n);
        if (!branch.base)
          NAME(branch_row)(dr, yr, lo, hi, 0, br, ar, m, s, width, first, second);
        else if (!accumulate)
          NAME(branch_row)(dr, yr, lo, hi, 1, br, ar, m, s, width, first, second);
        else
          NAME(branch_row)(dr, yr, lo, hi, 2, br, ar, m, s, width, first, second);
      }
      for (long k = 0; k < fold; k++)
        for (long c = 0; c < n; c++) {
          SUM(sum)[from + c] += first[k * n + c];
          SUM(product)[from + c] += second[k * n + c];
        }
    }
  }
}

FORCE_INLINE void NAME(norm_backward_row)(REAL *d, const REAL *a, const REAL *m, const REAL *p, const REAL *u,
                                          const REAL *v, const int gated, const REAL *scale,
                                          const REAL *offset, REAL lo, REAL hi, long n, REAL *first) {
  for (long c = 0; c < n; c++) {
    REAL slope = d[c];
    if (gated) {
      REAL y = a[c] * scale[c] + offset[c];
      slope = y > lo ? slope : 0;
      slope = y < hi ? slope : 0;
    }
    REAL value = p[c] * slope + u[c] * (a[c] - m[c]) + v[c];
    if (!gated) {
      value = a[c] > lo ? value : 0;
      value = a[c] < hi ? value : 0;
    }
    d[c] = value;
    first[c] += value;
  }
}

// d := p d + u (a - mean) + v; sum := column sums of the new d. With slope.scale, d counts where the
// activation of a scale + offset has a slope; else the result is 0 where that of a has none.
CLONES static void NAME(norm_backward)(ck_rows d, ck_rows a, ck_rows mean, ck_rows p, ck_rows u, ck_rows v,
                                       ck_slope slope, ck_sums sum) {
  REAL lo = (REAL)slope.low, hi = (REAL)slope.high;
  for (long from = 0; from < d.columns; from += COLUMNS) {
    long n = d.columns - from < COLUMNS ? d.columns - from : COLUMNS;
    long fold = SIDE_BY_SIDE(n, DENSE(d, n) && DENSE(a, n));
    REAL first[COLUMNS], mc[COLUMNS], pc[COLUMNS], uc[COLUMNS], vc[COLUMNS], scale[COLUMNS], offset[COLUMNS];
    REPEAT(ROW(mean, 0) + from, n, fold, mc);
    REPEAT(ROW(p, 0) + from, n, fold, pc);
    REPEAT(ROW(u, 0) + from, n, fold, uc);
    REPEAT(ROW(v, 0) + from, n, fold, vc);
    if (slope.scale.base) {
      REPEAT(ROW(slope.scale, 0) + from, n, fold, scale);
      REPEAT(ROW(slope.offset, 0) + from, n, fold, offset);
    }
    for (long c = 0; c < n; c++) SUM(sum)[from + c] = 0;
    for (long start = 0; start < d.rows; start += BLOCK * fold) {
      long end = start + BLOCK * fold < d.rows ? start + BLOCK * fold : d.rows;
      memset(first, 0, sizeof(REAL) * (size_t)(n * fold));
      for (long r = start; r < end; r += fold) {
        REAL *dr = ROW(d, r) + from;
        const REAL *ar = ROW(a, r) + from;
        long width = WIDTH(r, end, fold, n);
        if (slope.scale.base)
          NAME(norm_backward_row)(dr, ar, mc, pc, uc, vc, 1, scale, offset, lo, hi, width, first);
        else
          NAME(norm_backward_row)(dr, ar, mc, pc, uc, vc, 0, NULL, NULL, lo, hi, width, first);
      }
      for (long k = 0; k < fold; k++)
        for (long c = 0; c < n; c++) SUM(sum)[from + c] += first[k * n + c];
    }
  }
}
