// SPDX-License-Identifier: Apache-2.0
// A two-dimensional convolution as a product: what lies under the kernel's taps, laid out as rows, and back.

// The input row under a tap of an output position, or -1 in the padding.
static inline long NAME(under)(const ck_geometry *g, long position, long kf, long kt) {
  long f = position / g->output_frames * g->stride_f + kf * g->dilation_f - g->padding_f;
  long t = position % g->output_frames * g->stride_t + kt * g->dilation_t - g->padding_t;
  return f < 0 || f >= g->frequencies || t < 0 || t >= g->frames ? -1 : f * g->frames + t;
}

CLONES static void NAME(unfold)(ck_rows x, ck_geometry g, long from, long to, ck_rows columns) {
  long n = x.columns;
  for (long position = from; position < to; position++) {
    REAL *out = ROW(columns, position - from);
    for (long kf = 0; kf < g.kernel_f; kf++)
      for (long kt = 0; kt < g.kernel_t; kt++, out += n) {
        long row = NAME(under)(&g, position, kf, kt);
        if (row < 0)
          memset(out, 0, sizeof(REAL) * (size_t)n);
        else
          memcpy(out, ROW(x, row), sizeof(REAL) * (size_t)n);
      }
  }
}

CLONES static void NAME(fold_back)(ck_rows columns, ck_geometry g, long from, long to, ck_rows dx) {
  long n = dx.columns;
  for (long position = from; position < to; position++) {
    const REAL *in = ROW(columns, position - from);
    for (long kf = 0; kf < g.kernel_f; kf++)
      for (long kt = 0; kt < g.kernel_t; kt++, in += n) {
        long row = NAME(under)(&g, position, kf, kt);
        if (row < 0) continue;
        REAL *out = ROW(dx, row);
        for (long c = 0; c < n; c++) out[c] += in[c];
      }
  }
}
