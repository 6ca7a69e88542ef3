// SPDX-License-Identifier: Apache-2.0
// The moving average of weights.

// value := keep value + (1 - keep) other.
CLONES static void NAME(average)(ck_rows value, ck_rows other, double keep) {
  REAL old = (REAL)keep, fresh = (REAL)(1 - keep);
  for (long r = 0; r < value.rows; r++) {
    REAL *to = ROW(value, r);
    const REAL *from = ROW(other, r);
    for (long c = 0; c < value.columns; c++) to[c] = to[c] * old + fresh * from[c];
  }
}
