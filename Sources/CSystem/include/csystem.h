// SPDX-License-Identifier: Apache-2.0
// System calls that Swift cannot reach: they stand behind _GNU_SOURCE or are macros.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// copy_file_range(2): copies `count` bytes between files inside the kernel.
/// Returns the bytes copied, or -1 with `errno` set.
ssize_t resect_copy_file_range(int from, int64_t from_offset, int to, int64_t to_offset, size_t count);

/// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST where `to` exists.
/// Returns 0, or -1 with `errno` set (EINVAL where the file system does not know the flag).
int resect_rename_new(const char *from, const char *to);
