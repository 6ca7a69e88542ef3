// SPDX-License-Identifier: Apache-2.0
// The way back into the channels of a densely connected block, in one pass over memory.

// With d the gradient of y = clamp(norm(x)), 0 where y was cut off: sum += column sums of d; product += column sums of
// d * (x - mean) * inverse; dx (+)= p d, unless dx is absent.
CLONES static void NAME(activated_norm_backward)(ck_rows d, ck_rows y, ck_rows x, ck_rows mean,
                                                 ck_rows inverse, ck_rows p, double low, double high,
                                                 ck_sums sum, ck_sums product, ck_rows dx, int accumulate) {
  REAL lo = (REAL)low, hi = (REAL)high;
  for (long from = 0; from < d.columns; from += COLUMNS) {
    long n = d.columns - from < COLUMNS ? d.columns - from : COLUMNS;
    REAL first[COLUMNS], second[COLUMNS], ignored[COLUMNS];
    const REAL *m = ROW(mean, 0) + from, *s = ROW(inverse, 0) + from, *pc = ROW(p, 0) + from;
    for (long start = 0; start < d.rows; start += BLOCK) {
      long end = start + BLOCK < d.rows ? start + BLOCK : d.rows;
      memset(first, 0, sizeof first);
      memset(second, 0, sizeof second);
      for (long r = start; r < end; r++) {
        const REAL *dr = ROW(d, r) + from, *yr = ROW(y, r) + from, *xr = ROW(x, r) + from;
        REAL *to = dx.base ? ROW(dx, r) + from : ignored;
        REAL keep = accumulate && dx.base ? 1 : 0;
        if (keep == 0) memset(to, 0, sizeof(REAL) * (size_t)n);
        for (long c = 0; c < n; c++) {
          REAL value = yr[c] > lo ? dr[c] : 0;
          value = yr[c] < hi ? value : 0;
          first[c] += value;
          second[c] += value * ((xr[c] - m[c]) * s[c]);
          to[c] += pc[c] * value;
        }
      }
      for (long c = 0; c < n; c++) {
        SUM(sum)[from + c] += first[c];
        SUM(product)[from + c] += second[c];
      }
    }
  }
}
