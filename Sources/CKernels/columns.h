// SPDX-License-Identifier: Apache-2.0
// How loops over columns are cut.
#pragma once

#include "ck_kernels.h"
#include "clones.h"

// Columns that one pass holds its sums for, and rows that are summed before the sum moves to a double.
enum { COLUMNS = 512, BLOCK = 32 };

// Whether rows of n columns lie together.
FORCE_INLINE int ck_dense(ck_rows m, long n) { return m.stride == n && m.columns == n; }

// Narrow rows that lie together are taken side by side as one long row, with the coefficients repeated, so that
// a loop over columns fills the processor's vectors: how many rows.
FORCE_INLINE long ck_side_by_side(long n, int dense) { return dense && n < COLUMNS ? COLUMNS / n : 1; }

// Rows of a group of `fold`, of which the last may be short: the elements that they have.
FORCE_INLINE long ck_width(long r, long end, long fold, long n) { return (end - r < fold ? end - r : fold) * n; }
