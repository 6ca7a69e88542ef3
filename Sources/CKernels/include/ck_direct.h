// SPDX-License-Identifier: Apache-2.0
// Convolutions without laying out the inputs under the taps: register tiles over a window, which is a part
// of a map with zeros around it. Float alone; `WindowKernels.swift` says what each computes.
#pragma once

#include "ck_kernels.h"

#pragma clang assume_nonnull begin

// Floats that lie together in the window: `offset` counts from a position's own first float.
typedef struct {
  long offset, length;
} ck_run;

// The positions of a window, one after the other: of each `pitch` only the first `valid` are outputs.
// Position (row, column) is output row row * row_step + column * column_step.
typedef struct {
  long count, pitch, valid, row_step, column_step;
} ck_positions;

// A window is a matrix of a row for each position. Tiles read up to CK_DIRECT_SLACK rows and as many floats
// behind what they use; a product of at least CK_DIRECT_SLACK positions reads nothing behind its runs.
enum { CK_DIRECT_SLACK = 24 };

typedef struct {
  // The instruction set: "AVX2".
  const char *name;
  // Most vectors of 16 outputs that one block of packed weights has.
  long vectors;
  void (*product)(ck_rows window, const ck_run *runs, long run_count, ck_rows packed, ck_positions positions,
                  ck_rows out, int accumulate);
  // sums (a row for each float of the runs, of whole vectors) += over all rows of d.
  void (*gradient)(ck_rows window, const ck_run *runs, long run_count, ck_rows d, ck_rows sums);
} ck_direct;

// The forms that the processor can run, best first; null behind the last.
const ck_direct *_Nullable ck_direct_form(long index);

// False in a build without optimisation, where tiles are not held in registers.
int ck_direct_is_optimised(void);

// window (row, column) := source (first_row + row * row_step, first_column + column * column_step), zero
// outside of it; rows lie `pitch` columns apart, what the
// window's rows have more than the source's is zero too.
typedef struct {
  long frequencies, frames;
  long first_row, row_step, rows;
  long first_column, column_step, columns;
  long pitch;
} ck_window;

void ck_direct_window(ck_rows source, ck_window shape, ck_rows window);

// Block `index` of the weights: rows of 16 outputs a vector for each (tap, input), taps as listed. `weight`
// is [out, in taps]; when transposed, its inputs are what is put out.
long ck_direct_blocks(const ck_direct *direct, long outputs);
void ck_direct_pack(const ck_direct *direct, ck_rows weight, long taps, const long *order, long tap_count,
                    int transposed, long index, ck_rows packed);

// Outputs from ... to - 1 of a weight [out, in taps] (+)= the sums, a row for each (tap, input).
void ck_direct_unpack(ck_rows sums, long taps, const long *order, long tap_count, long from, long to,
                      ck_rows weight, int accumulate);

#pragma clang assume_nonnull end
