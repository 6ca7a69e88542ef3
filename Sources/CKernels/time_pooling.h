// SPDX-License-Identifier: Apache-2.0
// Mean and deviation over time of a map, whose row f * frames + t is (f, t): each a matrix of channels x frequencies.

// deviation := sqrt(unbiased variance + 1e-8).
CLONES static void NAME(pool_time)(ck_rows x, long frequencies, ck_rows mean, ck_rows deviation) {
  long frames = x.rows / frequencies;
  for (long f = 0; f < frequencies; f++)
    for (long from = 0; from < x.columns; from += COLUMNS) {
      long n = x.columns - from < COLUMNS ? x.columns - from : COLUMNS;
      REAL centre[COLUMNS];
      double sum[COLUMNS];
      for (long c = 0; c < n; c++) sum[c] = 0;
      for (long t = 0; t < frames; t++) {
        const REAL *row = ROW(x, f * frames + t) + from;
        for (long c = 0; c < n; c++) sum[c] += row[c];
      }
      for (long c = 0; c < n; c++) {
        centre[c] = (REAL)(sum[c] / (double)frames);
        ROW(mean, from + c)[f] = centre[c];
        sum[c] = 0;
      }
      for (long t = 0; t < frames; t++) {
        const REAL *row = ROW(x, f * frames + t) + from;
        for (long c = 0; c < n; c++) sum[c] += (row[c] - centre[c]) * (row[c] - centre[c]);
      }
      for (long c = 0; c < n; c++)
        ROW(deviation, from + c)[f] = (REAL)sqrt(sum[c] / (double)(frames - 1) + 1e-8);
    }
}

// dx (+)= dmean / frames + ddeviation (x - mean) / ((frames - 1) deviation).
CLONES static void NAME(pool_time_backward)(ck_rows x, long frequencies, ck_rows mean, ck_rows deviation,
                                            ck_rows dmean, ck_rows ddeviation, ck_rows dx, int accumulate) {
  long frames = x.rows / frequencies;
  for (long f = 0; f < frequencies; f++)
    for (long from = 0; from < x.columns; from += COLUMNS) {
      long n = x.columns - from < COLUMNS ? x.columns - from : COLUMNS;
      REAL slope[COLUMNS], constant[COLUMNS], centre[COLUMNS];
      for (long c = 0; c < n; c++) {
        slope[c] = (REAL)(ROW(ddeviation, from + c)[f] /
                          ((double)(frames - 1) * (double)ROW(deviation, from + c)[f]));
        constant[c] = (REAL)(ROW(dmean, from + c)[f] / (double)frames);
        centre[c] = ROW(mean, from + c)[f];
      }
      for (long t = 0; t < frames; t++) {
        const REAL *row = ROW(x, f * frames + t) + from;
        REAL *to = ROW(dx, f * frames + t) + from;
        if (accumulate)
          for (long c = 0; c < n; c++) to[c] += slope[c] * (row[c] - centre[c]) + constant[c];
        else
          for (long c = 0; c < n; c++) to[c] = slope[c] * (row[c] - centre[c]) + constant[c];
      }
    }
}
