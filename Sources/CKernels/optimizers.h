// SPDX-License-Identifier: Apache-2.0
// The steps of the optimizers, and what clipping a gradient needs.

CLONES static void NAME(sgd)(ck_rows value, ck_rows gradient, ck_rows buffer, ck_sgd s) {
  REAL decay = (REAL)s.weight_decay, momentum = (REAL)s.momentum, fresh = (REAL)(1 - s.dampening),
       rate = (REAL)s.learning_rate;
  for (long r = 0; r < value.rows; r++) {
    REAL *p = ROW(value, r);
    const REAL *g = ROW(gradient, r);
    if (!buffer.base) {
      for (long c = 0; c < value.columns; c++) p[c] -= rate * (g[c] + decay * p[c]);
      continue;
    }
    REAL *b = ROW(buffer, r);
    REAL keep = s.first ? 0 : momentum, take = s.first ? 1 : fresh;
    if (s.nesterov)
      for (long c = 0; c < value.columns; c++) {
        REAL d = g[c] + decay * p[c];
        b[c] = keep * b[c] + take * d;
        p[c] -= rate * (d + momentum * b[c]);
      }
    else
      for (long c = 0; c < value.columns; c++) {
        b[c] = keep * b[c] + take * (g[c] + decay * p[c]);
        p[c] -= rate * b[c];
      }
  }
}

// One row. A product and a sum in one expression may become one rounding, those in two statements stay two: the cut
// is PyTorch's. `top` is null without AMSGrad.
static inline __attribute__((always_inline)) void NAME(adam_row)(
    long count, REAL *restrict p, const REAL *restrict g, REAL *restrict m, REAL *restrict v,
    REAL *restrict top, ck_adam s) {
  REAL shrink = (REAL)s.shrink, decay = (REAL)s.decay, weight = (REAL)s.mean_weight, keep = (REAL)s.beta2,
       take = (REAL)(1 - s.beta2), root = (REAL)s.root_correction, epsilon = (REAL)s.epsilon,
       size = (REAL)s.size;
  // `lerp` starts from the nearer end.
  int near = weight < (REAL)0.5;
  REAL share = near ? weight : weight - 1;
  for (long c = 0; c < count; c++) {
    REAL x = p[c] * shrink;
    REAL d = g[c] + decay * x;
    REAL apart = d - m[c];
    REAL start = near ? m[c] : d;
    m[c] = start + share * apart;
    REAL kept = keep * v[c];
    REAL part = take * d;
    REAL largest = v[c] = kept + part * d;
    if (top) {
      if (largest < top[c]) largest = top[c];
      top[c] = largest;
    }
    REAL ratio = __builtin_elementwise_sqrt(largest) / root;
    REAL below = ratio + epsilon;
    REAL move = size * m[c] / below;
    p[c] = x - move;
  }
}

CLONES static void NAME(adam)(ck_rows value, ck_rows gradient, ck_rows mean, ck_rows square, ck_rows largest,
                              ck_adam s) {
  for (long r = 0; r < value.rows; r++) {
    REAL *p = ROW(value, r), *g = ROW(gradient, r), *m = ROW(mean, r), *v = ROW(square, r);
    if (largest.base)
      NAME(adam_row)(value.columns, p, g, m, v, ROW(largest, r), s);
    else
      NAME(adam_row)(value.columns, p, g, m, v, NULL, s);
  }
}

// The sum of squares, in sixteen sums side by side that are added in order: one result on every processor.
CLONES static double NAME(square_sum)(ck_rows x) {
  double sums[16] = {0};
  for (long r = 0; r < x.rows; r++) {
    const REAL *row = ROW(x, r);
    long c = 0;
    for (; c + 16 <= x.columns; c += 16)
      for (int k = 0; k < 16; k++) {
        double e = row[c + k];
        double square = e * e;
        sums[k] += square;
      }
    for (int k = 0; c < x.columns; c++, k++) {
      double e = row[c];
      double square = e * e;
      sums[k] += square;
    }
  }
  double total = 0;
  for (int k = 0; k < 16; k++) total += sums[k];
  return total;
}

CLONES static void NAME(scale)(ck_rows x, double factor) {
  REAL by = (REAL)factor;
  for (long r = 0; r < x.rows; r++)
    for (long c = 0; c < x.columns; c++) ROW(x, r)[c] *= by;
}
