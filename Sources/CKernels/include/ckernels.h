// SPDX-License-Identifier: Apache-2.0
// The trainer's hot loops, compiled per instruction set, for float and for double,
// and the pool of worker threads that runs them.
#pragma once
#include "ck_blas.h"
#include "ck_direct.h"
#include "ck_kernels.h"
#include "ck_workers.h"
