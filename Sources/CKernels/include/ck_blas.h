// SPDX-License-Identifier: Apache-2.0
#pragma once

// Readies OpenBLAS: one thread a call, and the kernels that the processor can run.
//
// OpenBLAS knows processors by their model number, and takes its slowest kernels (SSE3, a sixth of the
// speed) for a model newer than itself. When that has happened, it is told to choose again by what the
// processor can do. OPENBLAS_CORETYPE, when set, is left to decide. Call it once, before any product.
void ck_blas_ready(void);

// The kernels in use, for example "SkylakeX".
const char *ck_blas_core(void);

// Version and options of its build, for example "OpenBLAS 0.3.21 DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64".
const char *ck_blas_config(void);
