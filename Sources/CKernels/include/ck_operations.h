// SPDX-License-Identifier: Apache-2.0
// Every operation once: X(result, name, parameters). The table of pointers is declared and filled from this list; the
// function of that name lies in one of the `bodies`, and its Swift protocol says what it computes.
#pragma once

#define CK_OPERATIONS(X)                                                                                    \
  X(void, activate, (ck_rows z, ck_rows bias, ck_rows context, double low, double high, ck_sums mean,       \
                     ck_sums squares))                                                                      \
  X(void, affine, (ck_rows a, ck_rows scale, ck_rows offset, ck_rows y))                                    \
  X(void, affine_activate, (ck_rows z, ck_rows scale, ck_rows offset, ck_rows residual, double low,         \
                            double high, ck_rows y))                                                        \
  X(void, norm_sums, (ck_rows d, ck_rows a, ck_rows mean, ck_rows inverse, ck_slope slope, ck_sums sum,     \
                      ck_sums product))                                                                     \
  X(void, branch_sums, (ck_rows d, ck_rows y, double low, double high, ck_rows branch, int accumulate,      \
                        ck_rows a, ck_rows mean, ck_rows inverse, ck_sums sum, ck_sums product))            \
  X(void, norm_backward, (ck_rows d, ck_rows a, ck_rows mean, ck_rows p, ck_rows u, ck_rows v,              \
                          ck_slope slope, ck_sums sum))                                                     \
  X(void, activated_norm_backward, (ck_rows d, ck_rows y, ck_rows x, ck_rows mean, ck_rows inverse,         \
                                    ck_rows p, double low, double high, ck_sums sum, ck_sums product,       \
                                    ck_rows dx, int accumulate))                                            \
  X(void, pad, (ck_rows x, ck_rows plus, long padding, int reflect, ck_rows out))                           \
  X(void, fold, (ck_rows padded, long padding, int reflect, ck_rows dx, int accumulate))                    \
  X(void, deinterleave, (ck_rows weight, long taps, long from, long to, ck_rows packed))                    \
  X(void, interleave, (ck_rows packed, long taps, long from, long to, ck_rows weight, int accumulate))      \
  X(void, unfold, (ck_rows x, ck_geometry geometry, long from, long to, ck_rows columns))                   \
  X(void, fold_back, (ck_rows columns, ck_geometry geometry, long from, long to, ck_rows dx))               \
  X(void, add, (ck_rows x, ck_rows out, int accumulate))                                                    \
  X(void, column_means, (ck_rows x, ck_rows mean))                                                          \
  X(void, deviation, (ck_rows x, ck_deviation form, ck_rows mean, ck_rows deviation))                       \
  X(void, deviation_backward, (ck_rows x, ck_deviation form, ck_rows mean, ck_rows deviation,               \
                               ck_rows dmean, ck_rows ddeviation, ck_rows dx, int accumulate))              \
  X(void, gate, (ck_rows y, ck_rows gate, ck_rows residual, ck_rows out))                                   \
  X(void, gate_sums, (ck_rows d, ck_rows y, ck_rows dgate))                                                 \
  X(void, gate_backward, (ck_rows d, ck_rows gate, ck_rows offset, ck_rows dy, int accumulate))             \
  X(void, pool, (ck_rows logits, ck_rows bias, ck_rows x, ck_rows mean, ck_rows deviation))                 \
  X(void, pool_backward, (ck_rows weights, ck_rows x, ck_rows mean, ck_rows deviation, ck_rows dmean,       \
                          ck_rows ddeviation, ck_rows dx, int accumulate, ck_sums dbias))                   \
  X(void, tanh, (ck_rows x, ck_rows y))                                                                     \
  X(void, tanh_backward, (ck_rows y, ck_rows d, ck_rows dx, int accumulate))                                \
  X(void, sigmoid, (ck_rows x))                                                                             \
  X(void, log_normalise, (ck_rows x, ck_rows out))                                                          \
  X(void, unit_rows, (ck_rows x, ck_rows y, ck_rows lengths))                                               \
  X(void, unit_rows_backward, (ck_rows d, ck_rows y, ck_rows lengths, ck_rows dx, int accumulate))          \
  X(void, gelu, (ck_rows x, ck_rows y))                                                                     \
  X(void, gelu_backward, (ck_rows x, ck_rows d, ck_rows dx, int accumulate))                                \
  X(void, softmax, (ck_rows x, ck_rows centre, double temperature, ck_rows y))                              \
  X(void, softmax_backward, (ck_rows p, ck_rows d, double scale, ck_rows dx, int accumulate))               \
  X(double, soft_targets, (ck_rows s, ck_rows targets, double temperature, double scale, ck_rows d,         \
                           int accumulate))                                                                 \
  X(void, row_dots, (ck_rows a, ck_rows b, ck_rows out))                                                    \
  X(void, scale_rows, (ck_rows x, ck_rows factors, ck_rows y))                                              \
  X(void, average, (ck_rows value, ck_rows other, double keep))                                             \
  X(void, affine_swish, (ck_rows z, ck_rows scale, ck_rows offset, ck_rows y))                              \
  X(void, swish_backward, (ck_rows d, ck_rows z, ck_rows scale, ck_rows offset))                            \
  X(void, fuse, (ck_rows x, ck_rows y, ck_rows z, ck_rows scale, ck_rows offset, ck_rows out))              \
  X(void, fuse_backward, (ck_rows d, ck_rows x, ck_rows y, ck_rows z, ck_rows scale, ck_rows offset,        \
                          ck_rows dx, int accumulate_x, ck_rows dy, int accumulate_y))                      \
  X(void, pool_time, (ck_rows x, long frequencies, ck_rows mean, ck_rows deviation))                        \
  X(void, pool_time_backward, (ck_rows x, long frequencies, ck_rows mean, ck_rows deviation,                \
                               ck_rows dmean, ck_rows ddeviation, ck_rows dx, int accumulate))              \
  X(void, sgd, (ck_rows value, ck_rows gradient, ck_rows buffer, ck_sgd settings))                          \
  X(void, adam, (ck_rows value, ck_rows gradient, ck_rows mean, ck_rows square, ck_rows largest,            \
                 ck_adam settings))                                                                         \
  X(void, pull, (ck_rows target, ck_rows x, ck_rows origin, double factor))                                 \
  X(double, square_sum, (ck_rows x))                                                                        \
  X(void, scale, (ck_rows x, double factor))
