// SPDX-License-Identifier: Apache-2.0
// Calls every operation of both tables at the sizes where loops begin, end and are cut.
#include "edges.h"

static ck_rows like(const edge *e) { return matrix(e, e->rows, e->columns); }

// One row with a number for each column.
static ck_rows row(const edge *e) { return matrix(e, 1, e->columns); }

static ck_sums sums(const edge *e) {
  double *base = memory((size_t)e->columns * sizeof(double));
  for (long c = 0; c < e->columns; c++) base[c] = 0.5;
  return (ck_sums){base, 1, e->columns, e->columns};
}

static const ck_rows no_rows = {NULL, 0, 0, 0};
static const ck_sums no_sums = {NULL, 0, 0, 0};

// Whether `name` was called, by its place in the table: what is not called fails.
#define COUNTED(result, name, parameters) called_##name,
enum { CK_OPERATIONS(COUNTED) operations };
static int called[operations];
static const char *const names[] = {
#define QUOTED(result, name, parameters) #name,
    CK_OPERATIONS(QUOTED)
};
#define CALL(name, ...) (called[called_##name] = 1, k->name(__VA_ARGS__))

static void normalisation(const ck_kernels *k, const edge *e, int twice) {
  double low = twice ? 0 : -INFINITY, high = twice ? 20 : INFINITY;
  ck_rows none = no_rows;
  CALL(activate, like(e), twice ? row(e) : none, twice ? row(e) : none, low, high, twice ? sums(e) : no_sums, sums(e));
  CALL(affine, like(e), row(e), row(e), like(e));
  CALL(affine_activate, like(e), row(e), row(e), twice ? like(e) : none, low, high, like(e));
  ck_slope slope = {twice ? row(e) : none, twice ? row(e) : none, low, high};
  CALL(norm_sums, like(e), like(e), row(e), row(e), slope, sums(e), sums(e));
  CALL(branch_sums, like(e), like(e), low, high, none, twice, like(e), row(e), row(e), sums(e), sums(e));
  CALL(branch_sums, like(e), like(e), low, high, like(e), twice, like(e), row(e), row(e), sums(e), sums(e));
  CALL(norm_backward, like(e), like(e), row(e), row(e), row(e), row(e), slope, sums(e));
  CALL(activated_norm_backward, like(e), like(e), like(e), row(e), row(e), row(e), low, high, sums(e), sums(e),
       twice ? like(e) : none, twice);
  give_back();
}

static void maps(const ck_kernels *k, const edge *e, int twice) {
  // Reflection repeats no row, so there must be one more than the padding.
  for (long padding = 0; padding < 4; padding++) {
    int reflect = padding < e->rows;
    ck_rows out = matrix(e, e->rows + 2 * padding, e->columns);
    CALL(pad, like(e), twice ? like(e) : no_rows, padding, reflect, out);
    CALL(fold, out, padding, reflect, like(e), twice);
  }
  for (long taps = 1; taps <= 3; taps += 2) {
    ck_rows weight = matrix(e, e->rows, e->columns * taps), packed = matrix(e, e->rows, e->columns * taps);
    long from = e->rows / 2;
    CALL(deinterleave, weight, taps, from, e->rows, packed);
    CALL(interleave, packed, taps, from, e->rows, weight, twice);
  }
  give_back();
  if (e->rows < 1) return;
  // A map of two frequencies and kernels that hang over its edges.
  for (long frames = 1; frames <= 5; frames += 2) {
    long step = twice ? 2 : 1, outputs = (frames + 2 - 1) / step + 1, positions = ((2 + 2 - 1) / step + 1) * outputs;
    ck_geometry g = {2, frames, outputs, 2, 2, step, step, 1, 1, 1, 1};
    ck_rows map = matrix(e, 2 * frames, e->columns), columns = matrix(e, positions, 4 * e->columns);
    CALL(unfold, map, g, 0, positions, columns);
    CALL(fold_back, columns, g, 0, positions, map);
    CALL(unfold, map, g, positions - 1, positions, columns);
  }
  give_back();
}

static void pooling(const ck_kernels *k, const edge *e, int twice) {
  if (e->rows < 1) return;
  ck_deviation form = {twice && e->rows > 1, twice ? 1e-12 : 0, twice ? 0 : 1e-8};
  CALL(column_means, like(e), row(e));
  CALL(deviation, like(e), form, row(e), row(e));
  CALL(deviation_backward, like(e), form, row(e), row(e), row(e), row(e), like(e), twice);
  CALL(pool, like(e), twice ? row(e) : no_rows, like(e), row(e), row(e));
  CALL(pool_backward, like(e), like(e), row(e), row(e), row(e), row(e), like(e), twice, twice ? sums(e) : no_sums);
  CALL(log_normalise, like(e), like(e));
  give_back();
  for (long frequencies = 1; frequencies <= 3; frequencies += 2) {
    ck_rows map = matrix(e, e->rows * frequencies, e->columns), to = matrix(e, e->rows * frequencies, e->columns);
    ck_rows parts[4];
    for (int i = 0; i < 4; i++) parts[i] = matrix(e, e->columns, frequencies);
    CALL(pool_time, map, frequencies, parts[0], parts[1]);
    CALL(pool_time_backward, map, frequencies, parts[0], parts[1], parts[2], parts[3], to, twice);
    give_back();
  }
}

static void elements(const ck_kernels *k, const edge *e, int twice) {
  CALL(add, like(e), like(e), twice);
  CALL(gate, like(e), row(e), like(e), like(e));
  CALL(gate_sums, like(e), like(e), row(e));
  CALL(gate_backward, like(e), row(e), row(e), like(e), twice);
  CALL(tanh, like(e), like(e));
  CALL(tanh_backward, like(e), like(e), like(e), twice);
  CALL(sigmoid, like(e));
  CALL(gelu, like(e), like(e));
  CALL(gelu_backward, like(e), like(e), like(e), twice);
  CALL(average, like(e), like(e), 0.99);
  CALL(affine_swish, like(e), row(e), row(e), like(e));
  CALL(swish_backward, like(e), like(e), row(e), row(e));
  CALL(fuse, like(e), like(e), like(e), row(e), row(e), like(e));
  give_back();
  CALL(fuse_backward, like(e), like(e), like(e), like(e), row(e), row(e), twice ? like(e) : no_rows, 1,
       like(e), twice);
  ck_rows factors = matrix(e, 1, e->rows);
  CALL(unit_rows, like(e), like(e), factors);
  CALL(unit_rows_backward, like(e), like(e), factors, like(e), twice);
  CALL(row_dots, like(e), like(e), factors);
  CALL(scale_rows, like(e), factors, like(e));
  CALL(softmax, like(e), twice ? row(e) : no_rows, 0.04, like(e));
  CALL(softmax_backward, like(e), twice ? row(e) : like(e), 0.5, like(e), twice);
  if (e->columns > 0)
    CALL(soft_targets, row(e), like(e), 0.1, 0.5, twice ? row(e) : no_rows, 1);
  CALL(scale, like(e), 0.5);
  CALL(square_sum, like(e));
  give_back();
}

static void optimizers(const ck_kernels *k, const edge *e, int twice) {
  for (int first = 0; first < 2; first++) {
    ck_sgd sgd = {0.1, 0.9, twice ? 0.1 : 0, 1e-4, twice, first};
    CALL(sgd, like(e), like(e), twice || first ? like(e) : no_rows, sgd);
  }
  ck_adam adam = {0.99, 1e-4, twice ? 0.1 : 0.9, 0.999, 1e-3, 0.5, 1e-8};
  CALL(adam, like(e), like(e), like(e), like(e), twice ? like(e) : no_rows, adam);
  CALL(pull, like(e), like(e), like(e), 0.1);
  give_back();
}

static void at(const ck_kernels *k, edge e) {
  for (int twice = 0; twice < 2; twice++) {
    normalisation(k, &e, twice);
    maps(k, &e, twice);
    pooling(k, &e, twice);
    elements(k, &e, twice);
    optimizers(k, &e, twice);
  }
}

int main(void) {
  // Blocks have 32 rows, and 512 or 64 columns; vectors 16, 8 or 4 elements.
  static const long row_counts[] = {0, 1, 2, 31, 32, 33};
  static const long column_counts[] = {0, 1, 3, 7, 8, 15, 16, 17, 63, 64, 65, 511, 512, 513};
  static const double values[] = {0.75, 1e30, INFINITY, NAN, 0};
  long cases = 0;
  for (size_t r = 0; r < sizeof row_counts / sizeof *row_counts; r++)
    for (size_t c = 0; c < sizeof column_counts / sizeof *column_counts; c++)
      for (long gap = 0; gap < 2; gap++) {
        edge e = {row_counts[r], column_counts[c], 3 * gap, gap, values[cases % 5], sizeof(float)};
        at(&ck_float_kernels, e);
        e.element = sizeof(double);
        at(&ck_double_kernels, e);
        cases++;
      }
  for (long count = 0; count < 18; count++) {
    edge e = {1, count, 0, 1, 1e30, sizeof(float)};
    edge wide = {1, count, 0, 1, 1e300, sizeof(double)};
    ck_rows narrow = row(&e), doubles = row(&wide);
    ck_narrow(doubles.base, narrow.base, count);
    ck_widen(narrow.base, doubles.base, count);
    give_back();
  }
  int missing = 0;
  for (int i = 0; i < operations; i++)
    if (!called[i]) printf("%s is not called\n", names[i]), missing = 1;
  printf("kernels: %d operations, %ld sizes, float and double\n", (int)operations, cases);
  return missing;
}
