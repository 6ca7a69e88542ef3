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

/// open(2) with O_TMPFILE: a file in `folder` that has no name until it is linked to one.
/// Returns a descriptor, or -1 with `errno` set (EOPNOTSUPP, EISDIR or EINVAL where the file system or kernel cannot).
int resect_open_unnamed(const char *folder);

/// memfd_create(2): a file that lies in memory and is gone with its descriptor.
/// Returns the descriptor, or -1 with `errno` set.
int resect_open_in_memory(void);

/// Ends the process by SIGPIPE, whatever was to be done about that signal.
_Noreturn void resect_end_as_broken_pipe(void);

/// Has a file, or a folder of files, removed when a signal ends the process.
/// Returns the number to drop it by; -1 where the table is full or the path is longer than any may be.
int resect_temporary_add(const char *path);

/// Takes a path off the list. Nothing happens for -1.
void resect_temporary_drop(int number);

/// Installs the handlers that remove what is on the list; a signal that is ignored or handled already stays so.
void resect_temporaries_end_with_signals(void);

/// What a report of a fault says of the machine. Texts end with 0, and are empty where nothing tells.
typedef struct {
  /// `Linux 6.1.0-18-amd64`, `x86_64`.
  char kernel[160], architecture[80];
  char libc[64], processor[64], features[160];
  /// 1 to 4 of x86-64; 0 elsewhere.
  int level;
  /// Processors there are, and those that the process may run on.
  int online, allowed;
  /// Bytes of memory, and soft limits (getrlimit(2)); -1 for none.
  int64_t memory, address_space, file_size, open_files;
} resect_machine;

void resect_look_at_machine(resect_machine *machine);

/// Bytes that statvfs(3) says are free in a folder for whoever asks; -1 where it cannot be told.
int64_t resect_free_bytes(const char *folder);
