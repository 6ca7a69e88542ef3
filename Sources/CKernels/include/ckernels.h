// SPDX-License-Identifier: Apache-2.0
// The trainer's hot loops, compiled per instruction set.
#pragma once
#include <stddef.h>
