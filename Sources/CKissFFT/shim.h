// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <kissfft/kiss_fftr.h>
