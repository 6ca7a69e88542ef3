// SPDX-License-Identifier: Apache-2.0
// Loops over matrices of rows. The protocols in `Sources/Training/Arithmetic` say what each computes; the plain Swift form
// is the definition, and the tests hold these against it.
#pragma once

#include "ck_operations.h"

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
#define CK_FIELD(result, name, parameters) result(*name) parameters;
  CK_OPERATIONS(CK_FIELD)
#undef CK_FIELD
} ck_kernels;

void ck_widen(const float *from, double *to, long count);
void ck_narrow(const double *from, float *to, long count);

extern const ck_kernels ck_float_kernels;
extern const ck_kernels ck_double_kernels;

#pragma clang assume_nonnull end
