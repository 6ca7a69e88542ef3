// SPDX-License-Identifier: Apache-2.0
// The whole set for one REAL, and the table that Swift calls it through. No include guard: a template.
#include "ck_kernels.h"
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "clones.h"

#include "real.h"

#include "norm.h"
#include "norm_backward.h"
#include "padding.h"
#include "spatial.h"
#include "pooling.h"
#include "attention.h"
#include "gate.h"
#include "pointwise.h"
#include "units.h"

const ck_kernels TABLE = {
    .activate = NAME(activate),
    .affine = NAME(affine),
    .affine_activate = NAME(affine_activate),
    .norm_sums = NAME(norm_sums),
    .branch_sums = NAME(branch_sums),
    .norm_backward = NAME(norm_backward),
    .pad = NAME(pad),
    .fold = NAME(fold),
    .deinterleave = NAME(deinterleave),
    .interleave = NAME(interleave),
    .unfold = NAME(unfold),
    .fold_back = NAME(fold_back),
    .add = NAME(add),
    .column_means = NAME(column_means),
    .deviation = NAME(deviation),
    .deviation_backward = NAME(deviation_backward),
    .gate = NAME(gate),
    .gate_sums = NAME(gate_sums),
    .gate_backward = NAME(gate_backward),
    .pool = NAME(pool),
    .pool_backward = NAME(pool_backward),
    .tanh = NAME(tanh_forward),
    .tanh_backward = NAME(tanh_backward),
    .sigmoid = NAME(sigmoid),
    .log_normalise = NAME(log_normalise),
    .unit_rows = NAME(unit_rows),
    .unit_rows_backward = NAME(unit_rows_backward),
    .sgd = NAME(sgd),
};
