// SPDX-License-Identifier: Apache-2.0
// The last pass of a squeeze-and-excitation block: out = y * gate + residual, one gate a column.

CLONES static void NAME(gate)(ck_rows y, ck_rows gate, ck_rows residual, ck_rows out) {
  const REAL *g = ROW(gate, 0);
  for (long r = 0; r < y.rows; r++) {
    const REAL *from = ROW(y, r), *plus = ROW(residual, r);
    REAL *to = ROW(out, r);
    for (long c = 0; c < y.columns; c++) to[c] = from[c] * g[c] + plus[c];
  }
}

CLONES static void NAME(gate_sums)(ck_rows d, ck_rows y, ck_rows dgate) {
  for (long from = 0; from < d.columns; from += COLUMNS) {
    long n = d.columns - from < COLUMNS ? d.columns - from : COLUMNS;
    REAL part[COLUMNS];
    double sum[COLUMNS];
    for (long c = 0; c < n; c++) sum[c] = 0;
    for (long start = 0; start < d.rows; start += BLOCK) {
      long end = start + BLOCK < d.rows ? start + BLOCK : d.rows;
      memset(part, 0, sizeof part);
      for (long r = start; r < end; r++) {
        const REAL *dr = ROW(d, r) + from, *yr = ROW(y, r) + from;
        for (long c = 0; c < n; c++) part[c] += dr[c] * yr[c];
      }
      for (long c = 0; c < n; c++) sum[c] += part[c];
    }
    for (long c = 0; c < n; c++) ROW(dgate, 0)[from + c] = (REAL)sum[c];
  }
}

// dy (+)= d * gate + offset.
CLONES static void NAME(gate_backward)(ck_rows d, ck_rows gate, ck_rows offset, ck_rows dy, int accumulate) {
  const REAL *g = ROW(gate, 0), *o = ROW(offset, 0);
  for (long r = 0; r < d.rows; r++) {
    const REAL *from = ROW(d, r);
    REAL *to = ROW(dy, r);
    if (accumulate)
      for (long c = 0; c < d.columns; c++) to[c] += from[c] * g[c] + o[c];
    else
      for (long c = 0; c < d.columns; c++) to[c] = from[c] * g[c] + o[c];
  }
}
