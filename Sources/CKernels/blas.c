// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "ck_blas.h"
#include <stdlib.h>
#include <string.h>

// OpenBLAS exports these in builds that choose kernels when they are loaded; elsewhere they are absent.
__attribute__((weak)) void openblas_set_num_threads(int threads);
__attribute__((weak)) char *openblas_get_corename(void);
__attribute__((weak)) char *openblas_get_config(void);
__attribute__((weak)) void gotoblas_dynamic_init(void);
__attribute__((weak)) void gotoblas_dynamic_quit(void);

static int is_one_of(const char *name, const char *const *names) {
  for (; *names; names++)
    if (strcasecmp(name, *names) == 0) return 1;
  return 0;
}

const char *ck_blas_core(void) {
  return openblas_get_corename ? openblas_get_corename() : "unknown";
}

const char *ck_blas_config(void) {
  return openblas_get_config ? openblas_get_config() : "unknown";
}

void ck_blas_ready(void) {
#if defined(__x86_64__)
  static const char *const without_avx[] = {"Katmai", "Coppermine", "Northwood", "Prescott", "Banias",
                                            "Core2", "Penryn", "Dunnington", "Nehalem", NULL};
  static const char *const without_avx512[] = {"Haswell", "Sandybridge", NULL};
  if (openblas_get_corename && gotoblas_dynamic_init && gotoblas_dynamic_quit &&
      !getenv("OPENBLAS_CORETYPE")) {
    const char *core = openblas_get_corename(), *better = NULL;
    int slow = is_one_of(core, without_avx);
    if (__builtin_cpu_supports("x86-64-v4") && (slow || is_one_of(core, without_avx512)))
      better = "SkylakeX";
    else if (__builtin_cpu_supports("x86-64-v3") && slow)
      better = "Haswell";
    if (better) {
      setenv("OPENBLAS_CORETYPE", better, 1);
      gotoblas_dynamic_quit();
      gotoblas_dynamic_init();
      unsetenv("OPENBLAS_CORETYPE");
    }
  }
#endif
  if (openblas_set_num_threads) openblas_set_num_threads(1);
}
