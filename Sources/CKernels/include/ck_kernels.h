// SPDX-License-Identifier: Apache-2.0
// Loops over matrices of rows. `Sources/Training/Arithmetic/Kernels/Kernels.swift` says what each computes;
// its plain Swift form is the definition, and the tests hold these against it.
#pragma once

#pragma clang assume_nonnull begin

// A matrix whose rows lie `stride` elements apart. The element type is the table's.
typedef struct {
  void *_Nullable base;
  long rows, columns, stride;
} ck_rows;

// A matrix of doubles: sums over rows are carried in double whatever the element type.
typedef struct {
  double *_Nullable base;
  long rows, columns, stride;
} ck_sums;

typedef struct {
  double learning_rate, momentum, dampening, weight_decay;
  int nesterov, first;
} ck_sgd;

// A standard deviation: sqrt(max(variance, floor) + epsilon), the variance of n values over n - correction.
typedef struct {
  long correction;
  double floor, epsilon;
} ck_deviation;

// A two-dimensional convolution over one utterance: row f * frames + t of its matrix is (f, t).
typedef struct {
  long frequencies, frames, output_frames, kernel_f, kernel_t, stride_f, stride_t, dilation_f, dilation_t,
      padding_f, padding_t;
} ck_geometry;

// Where an activation has a slope: where low < z scale + offset < high; without scale, where low < z < high.
typedef struct {
  ck_rows scale, offset;
  double low, high;
} ck_slope;

typedef struct {
  double shrink, decay, mean_weight, beta2, size, root_correction, epsilon;
} ck_adam;

typedef struct {
  void (*activate)(ck_rows z, ck_rows bias, ck_rows context, double low, double high, ck_sums mean,
                   ck_sums squares);
  void (*affine)(ck_rows a, ck_rows scale, ck_rows offset, ck_rows y);
  void (*affine_activate)(ck_rows z, ck_rows scale, ck_rows offset, ck_rows residual, double low,
                          double high, ck_rows y);
  void (*norm_sums)(ck_rows d, ck_rows a, ck_rows mean, ck_rows inverse, ck_slope slope, ck_sums sum,
                    ck_sums product);
  void (*branch_sums)(ck_rows d, ck_rows y, double low, double high, ck_rows branch, int accumulate,
                      ck_rows a, ck_rows mean, ck_rows inverse, ck_sums sum, ck_sums product);
  void (*norm_backward)(ck_rows d, ck_rows a, ck_rows mean, ck_rows p, ck_rows u, ck_rows v, ck_slope slope,
                        ck_sums sum);
  void (*activated_norm_backward)(ck_rows d, ck_rows y, ck_rows x, ck_rows mean, ck_rows inverse, ck_rows p,
                                  double low, double high, ck_sums sum, ck_sums product, ck_rows dx,
                                  int accumulate);
  void (*pad)(ck_rows x, ck_rows plus, long padding, int reflect, ck_rows out);
  void (*fold)(ck_rows padded, long padding, int reflect, ck_rows dx, int accumulate);
  void (*deinterleave)(ck_rows weight, long taps, long from, long to, ck_rows packed);
  void (*interleave)(ck_rows packed, long taps, long from, long to, ck_rows weight, int accumulate);
  void (*unfold)(ck_rows x, ck_geometry geometry, long from, long to, ck_rows columns);
  void (*fold_back)(ck_rows columns, ck_geometry geometry, long from, long to, ck_rows dx);
  void (*add)(ck_rows x, ck_rows out, int accumulate);
  void (*column_means)(ck_rows x, ck_rows mean);
  void (*deviation)(ck_rows x, ck_deviation form, ck_rows mean, ck_rows deviation);
  void (*deviation_backward)(ck_rows x, ck_deviation form, ck_rows mean, ck_rows deviation, ck_rows dmean,
                             ck_rows ddeviation, ck_rows dx, int accumulate);
  void (*gate)(ck_rows y, ck_rows gate, ck_rows residual, ck_rows out);
  void (*gate_sums)(ck_rows d, ck_rows y, ck_rows dgate);
  void (*gate_backward)(ck_rows d, ck_rows gate, ck_rows offset, ck_rows dy, int accumulate);
  void (*pool)(ck_rows logits, ck_rows bias, ck_rows x, ck_rows mean, ck_rows deviation);
  void (*pool_backward)(ck_rows weights, ck_rows x, ck_rows mean, ck_rows deviation, ck_rows dmean,
                        ck_rows ddeviation, ck_rows dx, int accumulate, ck_sums dbias);
  void (*tanh)(ck_rows x, ck_rows y);
  void (*tanh_backward)(ck_rows y, ck_rows d, ck_rows dx, int accumulate);
  void (*sigmoid)(ck_rows x);
  void (*log_normalise)(ck_rows x, ck_rows out);
  void (*unit_rows)(ck_rows x, ck_rows y, ck_rows lengths);
  void (*unit_rows_backward)(ck_rows d, ck_rows y, ck_rows lengths, ck_rows dx, int accumulate);
  void (*gelu)(ck_rows x, ck_rows y);
  void (*gelu_backward)(ck_rows x, ck_rows d, ck_rows dx, int accumulate);
  void (*softmax)(ck_rows x, ck_rows centre, double temperature, ck_rows y);
  void (*softmax_backward)(ck_rows p, ck_rows d, double scale, ck_rows dx, int accumulate);
  double (*soft_targets)(ck_rows s, ck_rows targets, double temperature, double scale, ck_rows d,
                         int accumulate);
  void (*row_dots)(ck_rows a, ck_rows b, ck_rows out);
  void (*scale_rows)(ck_rows x, ck_rows factors, ck_rows y);
  void (*average)(ck_rows value, ck_rows other, double keep);
  void (*affine_swish)(ck_rows z, ck_rows scale, ck_rows offset, ck_rows y);
  void (*swish_backward)(ck_rows d, ck_rows z, ck_rows scale, ck_rows offset);
  void (*fuse)(ck_rows x, ck_rows y, ck_rows z, ck_rows scale, ck_rows offset, ck_rows out);
  void (*fuse_backward)(ck_rows d, ck_rows x, ck_rows y, ck_rows z, ck_rows scale, ck_rows offset, ck_rows dx,
                        int accumulate_x, ck_rows dy, int accumulate_y);
  void (*pool_time)(ck_rows x, long frequencies, ck_rows mean, ck_rows deviation);
  void (*pool_time_backward)(ck_rows x, long frequencies, ck_rows mean, ck_rows deviation, ck_rows dmean,
                             ck_rows ddeviation, ck_rows dx, int accumulate);
  void (*sgd)(ck_rows value, ck_rows gradient, ck_rows buffer, ck_sgd settings);
  void (*adam)(ck_rows value, ck_rows gradient, ck_rows mean, ck_rows square, ck_rows largest,
               ck_adam settings);
  double (*square_sum)(ck_rows x);
  void (*scale)(ck_rows x, double factor);
} ck_kernels;

void ck_widen(const float *from, double *to, long count);
void ck_narrow(const double *from, float *to, long count);

extern const ck_kernels ck_float_kernels;
extern const ck_kernels ck_double_kernels;

#pragma clang assume_nonnull end
