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
#include "dense.h"
#include "padding.h"
#include "spatial.h"
#include "pooling.h"
#include "attention.h"
#include "gate.h"
#include "optimizers.h"
#include "pointwise.h"
#include "units.h"
#include "gelu.h"
#include "softmax.h"
#include "average.h"
#include "fusion.h"
#include "time_pooling.h"

const ck_kernels TABLE = {
    .activate = NAME(activate),
    .affine = NAME(affine),
    .affine_activate = NAME(affine_activate),
    .norm_sums = NAME(norm_sums),
    .branch_sums = NAME(branch_sums),
    .norm_backward = NAME(norm_backward),
    .activated_norm_backward = NAME(activated_norm_backward),
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
    .gelu = NAME(gelu),
    .gelu_backward = NAME(gelu_backward),
    .softmax = NAME(softmax),
    .softmax_backward = NAME(softmax_backward),
    .soft_targets = NAME(soft_targets),
    .row_dots = NAME(row_dots),
    .scale_rows = NAME(scale_rows),
    .average = NAME(average),
    .affine_swish = NAME(affine_swish),
    .swish_backward = NAME(swish_backward),
    .fuse = NAME(fuse),
    .fuse_backward = NAME(fuse_backward),
    .pool_time = NAME(pool_time),
    .pool_time_backward = NAME(pool_time_backward),
    .sgd = NAME(sgd),
    .adam = NAME(adam),
    .square_sum = NAME(square_sum),
    .scale = NAME(scale),
};
