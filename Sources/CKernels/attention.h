// SPDX-License-Identifier: Apache-2.0
// Softmax over time, and the mean and deviation that it weighs; blocks of columns stay in the cache.

#ifndef LANES
#define LANES 64
#endif

// logits := softmax over rows of (logits + bias); mean and deviation of x under these weights.
CLONES static void NAME(pool)(ck_rows logits, ck_rows bias, ck_rows x, ck_rows mean, ck_rows deviation) {
  for (long from = 0; from < x.columns; from += LANES) {
    long n = x.columns - from < LANES ? x.columns - from : LANES;
    REAL top[LANES], part[LANES], other[LANES], add[LANES];
    double sum[LANES], weighted[LANES], square[LANES];
    for (long c = 0; c < n; c++) {
      add[c] = bias.base ? ROW(bias, 0)[from + c] : 0;
      top[c] = ROW(logits, 0)[from + c];
      sum[c] = weighted[c] = square[c] = 0;
    }
    for (long r = 1; r < x.rows; r++) {
      const REAL *l = ROW(logits, r) + from;
      for (long c = 0; c < n; c++) top[c] = l[c] > top[c] ? l[c] : top[c];
    }
    for (long c = 0; c < n; c++) top[c] += add[c];
    for (long start = 0; start < x.rows; start += BLOCK) {
      long end = start + BLOCK < x.rows ? start + BLOCK : x.rows;
      for (long c = 0; c < n; c++) part[c] = other[c] = 0;
      for (long r = start; r < end; r++) {
        REAL *l = ROW(logits, r) + from;
        const REAL *row = ROW(x, r) + from;
        for (long c = 0; c < n; c++) {
          REAL e = EXP((l[c] + add[c]) - top[c]);
          l[c] = e;
          part[c] += e;
          other[c] += e * row[c];
        }
      }
      for (long c = 0; c < n; c++) {
        sum[c] += part[c];
        weighted[c] += other[c];
      }
    }
    for (long c = 0; c < n; c++) {
      top[c] = (REAL)(1 / sum[c]);
      add[c] = (REAL)(weighted[c] / sum[c]);
      ROW(mean, 0)[from + c] = add[c];
    }
    for (long start = 0; start < x.rows; start += BLOCK) {
      long end = start + BLOCK < x.rows ? start + BLOCK : x.rows;
      for (long c = 0; c < n; c++) part[c] = 0;
      for (long r = start; r < end; r++) {
        REAL *l = ROW(logits, r) + from;
        const REAL *row = ROW(x, r) + from;
        for (long c = 0; c < n; c++) {
          REAL w = l[c] * top[c], d = row[c] - add[c];
          l[c] = w;
          part[c] += w * d * d;
        }
      }
      for (long c = 0; c < n; c++) square[c] += part[c];
    }
    for (long c = 0; c < n; c++)
      ROW(deviation, 0)[from + c] = (REAL)sqrt(square[c] < 1e-12 ? 1e-12 : square[c]);
  }
}

// weights := gradient of the logits; dx (+)= gradient of x; dbias := column sums of the former.
CLONES static void NAME(pool_backward)(ck_rows weights, ck_rows x, ck_rows mean, ck_rows deviation,
                                       ck_rows dmean, ck_rows ddeviation, ck_rows dx, int accumulate,
                                       ck_sums dbias) {
  for (long from = 0; from < x.columns; from += LANES) {
    long n = x.columns - from < LANES ? x.columns - from : LANES;
    REAL m[LANES], dm[LANES], dv[LANES], centre[LANES], part[LANES];
    double sum[LANES];
    for (long c = 0; c < n; c++) {
      double s = ROW(deviation, 0)[from + c];
      m[c] = ROW(mean, 0)[from + c];
      dm[c] = ROW(dmean, 0)[from + c];
      dv[c] = s * s > 1.000001e-12 ? (REAL)(ROW(ddeviation, 0)[from + c] / (2 * s)) : 0;
      sum[c] = 0;
    }
    // d(loss)/d(weight) is dm x + dv (x - m)^2; the softmax removes its weighted mean.
    for (long start = 0; start < x.rows; start += BLOCK) {
      long end = start + BLOCK < x.rows ? start + BLOCK : x.rows;
      for (long c = 0; c < n; c++) part[c] = 0;
      for (long r = start; r < end; r++) {
        const REAL *w = ROW(weights, r) + from, *row = ROW(x, r) + from;
        for (long c = 0; c < n; c++) {
          REAL d = row[c] - m[c];
          part[c] += w[c] * (d * (dm[c] + dv[c] * d));
        }
      }
      for (long c = 0; c < n; c++) sum[c] += part[c];
    }
    for (long c = 0; c < n; c++) {
      centre[c] = (REAL)sum[c];
      sum[c] = 0;
    }
    for (long start = 0; start < x.rows; start += BLOCK) {
      long end = start + BLOCK < x.rows ? start + BLOCK : x.rows;
      for (long c = 0; c < n; c++) part[c] = 0;
      for (long r = start; r < end; r++) {
        REAL *w = ROW(weights, r) + from, *to = ROW(dx, r) + from;
        const REAL *row = ROW(x, r) + from;
        if (accumulate)
          for (long c = 0; c < n; c++) to[c] += w[c] * (dm[c] + 2 * dv[c] * (row[c] - m[c]));
        else
          for (long c = 0; c < n; c++) to[c] = w[c] * (dm[c] + 2 * dv[c] * (row[c] - m[c]));
        for (long c = 0; c < n; c++) {
          REAL d = row[c] - m[c];
          REAL dl = w[c] * (d * (dm[c] + dv[c] * d) - centre[c]);
          w[c] = dl;
          part[c] += dl;
        }
      }
      for (long c = 0; c < n; c++) sum[c] += part[c];
    }
    if (dbias.base)
      for (long c = 0; c < n; c++) SUM(dbias)[from + c] = sum[c];
  }
}
