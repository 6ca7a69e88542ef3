// SPDX-License-Identifier: Apache-2.0
// GELU in its exact form, x Phi(x) with the normal distribution function Phi (Hendrycks and Gimpel 2016).

static void NAME(gelu)(ck_rows x, ck_rows y) {
  for (long r = 0; r < x.rows; r++) {
    const REAL *from = ROW(x, r);
    REAL *to = ROW(y, r);
    for (long c = 0; c < x.columns; c++)
      to[c] = (REAL)0.5 * from[c] * (1 + ERF(from[c] * (REAL)0.70710678118654752440));
  }
}

// dx (+)= d (Phi(x) + x phi(x)), with the density phi.
static void NAME(gelu_backward)(ck_rows x, ck_rows d, ck_rows dx, int accumulate) {
  for (long r = 0; r < x.rows; r++) {
    const REAL *from = ROW(x, r), *dr = ROW(d, r);
    REAL *to = ROW(dx, r);
    for (long c = 0; c < x.columns; c++) {
      REAL v = from[c];
      REAL phi = (REAL)0.39894228040143267794 * EXP((REAL)-0.5 * v * v);
      REAL value = dr[c] * ((REAL)0.5 * (1 + ERF(v * (REAL)0.70710678118654752440)) + v * phi);
      to[c] = accumulate ? to[c] + value : value;
    }
  }
}
