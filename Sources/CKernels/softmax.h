// SPDX-License-Identifier: Apache-2.0
// Softmax over the columns of a row, cross-entropy against soft targets, and the dots of rows.
// Sums are carried in double: a row has up to 65536 columns.

enum { PARTS = 16, PIECE = 512 };

// The largest of (x - centre) / temperature.
CLONES static REAL NAME(row_top)(const REAL *x, const REAL *centre, REAL temperature, long n) {
  REAL parts[PARTS];
  for (long k = 0; k < PARTS; k++) parts[k] = (x[0] - (centre ? centre[0] : 0)) / temperature;
  long c = 0;
  for (; c + PARTS <= n; c += PARTS)
    for (long k = 0; k < PARTS; k++) {
      REAL value = (x[c + k] - (centre ? centre[c + k] : 0)) / temperature;
      parts[k] = value > parts[k] ? value : parts[k];
    }
  for (; c < n; c++) {
    REAL value = (x[c] - (centre ? centre[c] : 0)) / temperature;
    parts[0] = value > parts[0] ? value : parts[0];
  }
  for (long k = 1; k < PARTS; k++) parts[0] = parts[k] > parts[0] ? parts[k] : parts[0];
  return parts[0];
}

// The sum of exp((x - centre) / temperature - top); the powers go into y when there is one.
CLONES static double NAME(row_powers)(const REAL *x, const REAL *centre, REAL temperature, REAL top, long n,
                                      REAL *y) {
  double sum = 0;
  REAL piece[PIECE];
  for (long from = 0; from < n; from += PIECE) {
    long count = n - from < PIECE ? n - from : PIECE;
    for (long c = 0; c < count; c++) {
      REAL value = (x[from + c] - (centre ? centre[from + c] : 0)) / temperature;
      piece[c] = EXP(value - top);
    }
    REAL parts[PARTS] = {0};
    long c = 0;
    for (; c + PARTS <= count; c += PARTS)
      for (long k = 0; k < PARTS; k++) parts[k] += piece[c + k];
    for (; c < count; c++) parts[0] += piece[c];
    for (long k = 0; k < PARTS; k++) sum += parts[k];
    if (y) memcpy(y + from, piece, (size_t)count * sizeof(REAL));
  }
  return sum;
}

// y := softmax over each row's columns of (x - centre) / temperature; y may be x.
CLONES static void NAME(softmax)(ck_rows x, ck_rows centre, double temperature, ck_rows y) {
  const REAL *middle = centre.base ? ROW(centre, 0) : NULL;
  for (long r = 0; r < x.rows && x.columns > 0; r++) {
    REAL *to = ROW(y, r);
    REAL top = NAME(row_top)(ROW(x, r), middle, (REAL)temperature, x.columns);
    double sum = NAME(row_powers)(ROW(x, r), middle, (REAL)temperature, top, x.columns, to);
    REAL scale = (REAL)(1 / sum);
    for (long c = 0; c < x.columns; c++) to[c] *= scale;
  }
}

// dx (+)= scale p (d - the sum over columns of p d); d has one row for all, or one for each.
CLONES static void NAME(softmax_backward)(ck_rows p, ck_rows d, double scale, ck_rows dx, int accumulate) {
  for (long r = 0; r < p.rows; r++) {
    const REAL *pr = ROW(p, r), *dr = ROW(d, d.rows == 1 ? 0 : r);
    REAL *to = ROW(dx, r);
    REAL along = (REAL)NAME(inner)(pr, dr, p.columns);
    for (long c = 0; c < p.columns; c++) {
      REAL value = (REAL)scale * pr[c] * (dr[c] - along);
      to[c] = accumulate ? to[c] + value : value;
    }
  }
}

// For one row s: the sum over the rows q of targets of -sum q log softmax(s / temperature);
// d (+)= scale times its gradient, when there is a d.
CLONES static double NAME(soft_targets)(ck_rows s, ck_rows targets, double temperature, double scale,
                                        ck_rows d, int accumulate) {
  const REAL *row = ROW(s, 0);
  REAL heat = (REAL)temperature;
  long n = s.columns;
  REAL top = NAME(row_top)(row, NULL, heat, n);
  double powers = NAME(row_powers)(row, NULL, heat, top, n, NULL);
  double mass = 0, along = 0;
  REAL total[PIECE], power[PIECE];
  for (int pass = 0; pass < (d.base ? 2 : 1); pass++)
    for (long from = 0; from < n; from += PIECE) {
      long count = n - from < PIECE ? n - from : PIECE;
      memset(total, 0, sizeof total);
      for (long t = 0; t < targets.rows; t++) {
        const REAL *q = ROW(targets, t) + from;
        for (long c = 0; c < count; c++) total[c] += q[c];
      }
      if (pass == 0) {
        double parts[8] = {0}, dots[8] = {0};
        long c = 0;
        for (; c + 8 <= count; c += 8)
          for (long k = 0; k < 8; k++) {
            parts[k] += (double)total[c + k];
            dots[k] += (double)total[c + k] * (double)(row[from + c + k] / heat - top);
          }
        for (; c < count; c++) {
          parts[0] += (double)total[c];
          dots[0] += (double)total[c] * (double)(row[from + c] / heat - top);
        }
        for (int k = 0; k < 8; k++) {
          mass += parts[k];
          along += dots[k];
        }
      } else {
        REAL share = (REAL)(mass / powers), slope = (REAL)(scale / temperature);
        REAL *to = ROW(d, 0) + from;
        for (long c = 0; c < count; c++) power[c] = EXP(row[from + c] / heat - top);
        for (long c = 0; c < count; c++) {
          REAL value = slope * (share * power[c] - total[c]);
          to[c] = accumulate ? to[c] + value : value;
        }
      }
    }
  return mass * log(powers) - along;
}

// out[r] := a[r] . b[r]; out is one row.
CLONES static void NAME(row_dots)(ck_rows a, ck_rows b, ck_rows out) {
  for (long r = 0; r < a.rows; r++) ROW(out, 0)[r] = (REAL)NAME(inner)(ROW(a, r), ROW(b, r), a.columns);
}

// y[r] := x[r] times the r-th factor; factors are one row, y may be x.
CLONES static void NAME(scale_rows)(ck_rows x, ck_rows factors, ck_rows y) {
  for (long r = 0; r < x.rows; r++) {
    const REAL *from = ROW(x, r);
    REAL *to = ROW(y, r), factor = ROW(factors, 0)[r];
    for (long c = 0; c < x.columns; c++) to[c] = from[c] * factor;
  }
}
