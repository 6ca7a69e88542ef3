// SPDX-License-Identifier: Apache-2.0
// The pool of workers, and what readies OpenBLAS.
#include "ckernels.h"
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 1000 };
static atomic_int turns[MOST];

static void item(void *context, long index) {
  if (ck_pool_seat() < 0 || ck_pool_seat() >= *(long *)context) atomic_store(&turns[index], 100);
  atomic_fetch_add(&turns[index], 1);
}

int main(void) {
  static const long counts[] = {0, 1, 2, 3, 63, 64, 65, MOST};
  for (long workers = 0; workers < 6; workers++) {
    ck_pool *pool = ck_pool_create(workers);
    if (!pool) return 1;
    long seats = workers > 0 ? workers : 1;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      memset(turns, 0, sizeof turns);
      ck_pool_run(pool, counts[c], item, &seats);
      for (long i = 0; i < MOST; i++)
        if (turns[i] != (i < counts[c])) return printf("item %ld of %ld ran %d times\n", i, counts[c], turns[i]), 1;
    }
    ck_pool_destroy(pool);
  }
  ck_blas_ready();
  printf("threads: pools of 1 to 5; OpenBLAS has %s\n", ck_blas_core());
  return 0;
}
