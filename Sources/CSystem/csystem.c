// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "csystem.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

ssize_t resect_copy_file_range(int from, int64_t from_offset, int to, int64_t to_offset, size_t count) {
  off64_t in = from_offset, out = to_offset;
  return copy_file_range(from, &in, to, &out, count, 0);
}

int resect_rename_new(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int resect_open_unnamed(const char *folder) { return open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666); }

int resect_open_in_memory(void) { return memfd_create("resect", MFD_CLOEXEC); }

void resect_end_as_broken_pipe(void) {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  signal(SIGPIPE, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &pipe, NULL);
  raise(SIGPIPE);
  _exit(128 + SIGPIPE);
}
