// SPDX-License-Identifier: Apache-2.0
// Functions of one element, and the front end.

static void NAME(tanh_forward)(ck_rows x, ck_rows y) {
  for (long r = 0; r < x.rows; r++)
    for (long c = 0; c < x.columns; c++) ROW(y, r)[c] = TANH(ROW(x, r)[c]);
}

CLONES static void NAME(tanh_backward)(ck_rows y, ck_rows d, ck_rows dx, int accumulate) {
  for (long r = 0; r < y.rows; r++) {
    const REAL *yr = ROW(y, r), *dr = ROW(d, r);
    REAL *to = ROW(dx, r);
    if (accumulate)
      for (long c = 0; c < y.columns; c++) to[c] += dr[c] * (1 - yr[c] * yr[c]);
    else
      for (long c = 0; c < y.columns; c++) to[c] = dr[c] * (1 - yr[c] * yr[c]);
  }
}

CLONES static void NAME(sigmoid)(ck_rows x) {
  for (long r = 0; r < x.rows; r++) {
    REAL *row = ROW(x, r);
    for (long c = 0; c < x.columns; c++) row[c] = 1 / (1 + EXP(-row[c]));
  }
}

// out := log(x + 1e-6), then each column less its mean and over sqrt(biased variance + 1e-5).
static void NAME(log_normalise)(ck_rows x, ck_rows out) {
  for (long r = 0; r < x.rows; r++)
    for (long c = 0; c < x.columns; c++) ROW(out, r)[c] = LOG(ROW(x, r)[c] + (REAL)1e-6);
  for (long c = 0; c < x.columns; c++) {
    double sum = 0, square = 0;
    for (long r = 0; r < x.rows; r++) sum += ROW(out, r)[c];
    double mean = sum / (double)x.rows;
    for (long r = 0; r < x.rows; r++) {
      double d = ROW(out, r)[c] - mean;
      square += d * d;
    }
    double inverse = 1 / sqrt(square / (double)x.rows + 1e-5);
    for (long r = 0; r < x.rows; r++) ROW(out, r)[c] = (REAL)((ROW(out, r)[c] - mean) * inverse);
  }
}
