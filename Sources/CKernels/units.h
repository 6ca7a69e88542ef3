// SPDX-License-Identifier: Apache-2.0
// Rows scaled to unit length; a length below 1e-12 counts as 1e-12.

CLONES static double NAME(inner)(const REAL *a, const REAL *b, long n) {
  double lanes[8] = {0};
  long c = 0;
  for (; c + 8 <= n; c += 8)
    for (int k = 0; k < 8; k++) lanes[k] += (double)a[c + k] * (double)b[c + k];
  double sum = 0;
  for (int k = 0; k < 8; k++) sum += lanes[k];
  for (; c < n; c++) sum += (double)a[c] * (double)b[c];
  return sum;
}

CLONES static void NAME(unit_rows)(ck_rows x, ck_rows y, ck_rows lengths) {
  for (long r = 0; r < x.rows; r++) {
    const REAL *from = ROW(x, r);
    REAL *to = ROW(y, r);
    double length = sqrt(NAME(inner)(from, from, x.columns));
    if (length < 1e-12) length = 1e-12;
    ROW(lengths, 0)[r] = (REAL)length;
    REAL scale = (REAL)(1 / length);
    for (long c = 0; c < x.columns; c++) to[c] = from[c] * scale;
  }
}

CLONES static void NAME(unit_rows_backward)(ck_rows d, ck_rows y, ck_rows lengths, ck_rows dx,
                                            int accumulate) {
  for (long r = 0; r < d.rows; r++) {
    const REAL *dr = ROW(d, r), *yr = ROW(y, r);
    REAL *to = ROW(dx, r);
    REAL length = ROW(lengths, 0)[r];
    REAL along = length > (REAL)1e-12 ? (REAL)NAME(inner)(dr, yr, d.columns) : 0;
    REAL scale = 1 / length;
    for (long c = 0; c < d.columns; c++) {
      REAL value = (dr[c] - yr[c] * along) * scale;
      to[c] = accumulate ? to[c] + value : value;
    }
  }
}
