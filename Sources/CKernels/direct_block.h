// SPDX-License-Identifier: Apache-2.0
#pragma once

// Vectors of the next block when `left` are left: blocks as equal as can be, none above `most`.
static inline long ck_direct_block(long most, long left) {
  long blocks = (left + most - 1) / most;
  return (left + blocks - 1) / blocks;
}
