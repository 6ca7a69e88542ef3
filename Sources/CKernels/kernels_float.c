// SPDX-License-Identifier: Apache-2.0
#define REAL float
#define NAME(function) function##_f
#define TABLE ck_float_kernels
#include "bodies/kernels.inc"
