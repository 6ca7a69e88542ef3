// SPDX-License-Identifier: Apache-2.0
// Every system call of CSystem at its edges, in a folder of its own: system FOLDER
#define _GNU_SOURCE
#include "csystem.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOLDS(condition)                                                                                    \
  do {                                                                                                      \
    if (!(condition)) return printf("%s:%d: %s\n", __FILE__, __LINE__, #condition), 1;                      \
  } while (0)

static int copies(void) {
  int from = resect_open_in_memory(), to = resect_open_in_memory();
  HOLDS(from >= 0 && to >= 0 && write(from, "abcdef", 6) == 6);
  HOLDS(resect_copy_file_range(from, 1, to, 3, 2) == 2 && resect_copy_file_range(from, 0, to, 0, 0) == 0);
  HOLDS(resect_copy_file_range(from, 6, to, 0, 1) == 0 && resect_copy_file_range(from, INT64_MAX, to, 0, 1) <= 0);
  HOLDS(resect_copy_file_range(from, -1, to, 0, 1) == -1 && resect_copy_file_range(-1, 0, to, 0, 1) == -1);
  char bytes[8] = {0};
  HOLDS(pread(to, bytes, 8, 0) == 5 && memcmp(bytes, "\0\0\0bc", 5) == 0);
  close(from);
  close(to);
  return 0;
}

static int touch(const char *path) {
  int file = open(path, O_CREAT | O_WRONLY, 0600);
  return file >= 0 && close(file) == 0;
}

static int names(void) {
  HOLDS(touch("a") && touch("b"));
  HOLDS(resect_rename_new("a", "b") == -1 && errno == EEXIST);
  HOLDS(resect_rename_new("a", "c") == 0 && resect_rename_new("a", "d") == -1 && errno == ENOENT);
  int unnamed = resect_open_unnamed(".");
  HOLDS(unnamed >= 0 || errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL);
  if (unnamed >= 0) close(unnamed);
  HOLDS(resect_open_unnamed("nowhere") == -1);
  return 0;
}

static int table(void) {
  static char longest[PATH_MAX], longer[PATH_MAX + 1];
  memset(longest, 'x', sizeof longest - 1);
  memset(longer, 'x', sizeof longer - 1);
  int taken[64];
  HOLDS(resect_temporary_add(longer) == -1);
  for (int i = 0; i < 64; i++) HOLDS((taken[i] = resect_temporary_add(i ? longest : "")) >= 0);
  HOLDS(resect_temporary_add("one more") == -1);
  for (int i = 0; i < 64; i++) resect_temporary_drop(taken[i]);
  resect_temporary_drop(-1);
  resect_temporary_drop(64);
  resect_temporary_drop(INT_MAX);
  return 0;
}

// What ends a child, and whether it was this signal.
static int ends_by(int signal, void (*child)(void)) {
  pid_t pid = fork();
  if (pid == 0) {
    child();
    _exit(99);
  }
  int status = 0;
  return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == signal;
}

static void ends_with_files(void) {
  resect_temporaries_end_with_signals();
  resect_temporary_add("file");
  resect_temporary_add("folder");
  resect_temporary_add("gone");
  resect_temporary_drop(resect_temporary_add("kept"));
  raise(SIGTERM);
}

static void ends_by_pipe(void) {
  signal(SIGPIPE, SIG_IGN);
  resect_end_as_broken_pipe();
}

static int signals(void) {
  HOLDS(touch("file") && touch("kept") && mkdir("folder", 0700) == 0);
  // More than one buffer of entries, with names of every length.
  char path[300] = "folder/";
  for (int i = 1; i <= 250; i++) {
    path[6 + i] = 'n';
    HOLDS(touch(path));
  }
  HOLDS(ends_by(SIGTERM, ends_with_files));
  HOLDS(access("file", F_OK) == -1 && access("folder", F_OK) == -1 && access("kept", F_OK) == 0);
  HOLDS(ends_by(SIGPIPE, ends_by_pipe));
  return 0;
}

int main(int count, char **words) {
  if (count != 2 || chdir(words[1]) != 0) return puts("system FOLDER"), 2;
  if (copies() || names() || table() || signals()) return 1;
  puts("system: every call");
  return 0;
}
