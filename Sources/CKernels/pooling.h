// SPDX-License-Identifier: Apache-2.0
// Mean and standard deviation of each column of one utterance.

CLONES static void NAME(column_means)(ck_rows x, ck_rows mean) {
  for (long from = 0; from < x.columns; from += COLUMNS) {
    long n = x.columns - from < COLUMNS ? x.columns - from : COLUMNS;
    REAL part[COLUMNS];
    double sum[COLUMNS];
    for (long c = 0; c < n; c++) sum[c] = 0;
    for (long start = 0; start < x.rows; start += BLOCK) {
      long end = start + BLOCK < x.rows ? start + BLOCK : x.rows;
      memset(part, 0, sizeof part);
      for (long r = start; r < end; r++) {
        const REAL *row = ROW(x, r) + from;
        for (long c = 0; c < n; c++) part[c] += row[c];
      }
      for (long c = 0; c < n; c++) sum[c] += part[c];
    }
    for (long c = 0; c < n; c++) ROW(mean, 0)[from + c] = (REAL)(sum[c] / (double)x.rows);
  }
}

// deviation := sqrt(max(variance, floor) + epsilon).
CLONES static void NAME(deviation)(ck_rows x, ck_deviation form, ck_rows mean, ck_rows deviation) {
  NAME(column_means)(x, mean);
  for (long from = 0; from < x.columns; from += COLUMNS) {
    long n = x.columns - from < COLUMNS ? x.columns - from : COLUMNS;
    REAL part[COLUMNS];
    double sum[COLUMNS];
    const REAL *m = ROW(mean, 0) + from;
    for (long c = 0; c < n; c++) sum[c] = 0;
    for (long start = 0; start < x.rows; start += BLOCK) {
      long end = start + BLOCK < x.rows ? start + BLOCK : x.rows;
      memset(part, 0, sizeof part);
      for (long r = start; r < end; r++) {
        const REAL *row = ROW(x, r) + from;
        for (long c = 0; c < n; c++) part[c] += (row[c] - m[c]) * (row[c] - m[c]);
      }
      for (long c = 0; c < n; c++) sum[c] += part[c];
    }
    for (long c = 0; c < n; c++) {
      double variance = sum[c] / (double)(x.rows - form.correction);
      variance = variance < form.floor ? form.floor : variance;
      ROW(deviation, 0)[from + c] = (REAL)sqrt(variance + form.epsilon);
    }
  }
}

// dx (+)= dmean / rows + ddeviation (x - mean) / ((rows - correction) deviation); no second term at the floor.
CLONES static void NAME(deviation_backward)(ck_rows x, ck_deviation form, ck_rows mean, ck_rows deviation,
                                            ck_rows dmean, ck_rows ddeviation, ck_rows dx, int accumulate) {
  for (long from = 0; from < x.columns; from += COLUMNS) {
    long n = x.columns - from < COLUMNS ? x.columns - from : COLUMNS;
    REAL slope[COLUMNS], constant[COLUMNS];
    const REAL *m = ROW(mean, 0) + from;
    for (long c = 0; c < n; c++) {
      double s = ROW(deviation, 0)[from + c];
      double given = ROW(ddeviation, 0)[from + c];
      slope[c] = s * s > 1.000001 * form.floor ? (REAL)(given / (s * (double)(x.rows - form.correction))) : 0;
      constant[c] = (REAL)(ROW(dmean, 0)[from + c] / (double)x.rows);
    }
    for (long r = 0; r < x.rows; r++) {
      const REAL *row = ROW(x, r) + from;
      REAL *to = ROW(dx, r) + from;
      if (accumulate)
        for (long c = 0; c < n; c++) to[c] += slope[c] * (row[c] - m[c]) + constant[c];
      else
        for (long c = 0; c < n; c++) to[c] = slope[c] * (row[c] - m[c]) + constant[c];
    }
  }
}
