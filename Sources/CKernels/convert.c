// SPDX-License-Identifier: Apache-2.0
#include "ck_kernels.h"

void ck_widen(const float *from, double *to, long count) {
  for (long i = 0; i < count; i++) to[i] = from[i];
}

void ck_narrow(const double *from, float *to, long count) {
  for (long i = 0; i < count; i++) to[i] = (float)from[i];
}
