// SPDX-License-Identifier: Apache-2.0
#define REAL double
#define NAME(function) function##_d
#define TABLE ck_double_kernels
#include "bodies/kernels.inc"
