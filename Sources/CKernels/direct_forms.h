// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ck_direct.h"

extern const ck_direct ck_direct_avx512;
extern const ck_direct ck_direct_avx2;
