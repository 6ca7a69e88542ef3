// SPDX-License-Identifier: Apache-2.0
// What must go when a signal ends the process. A handler may call nothing that takes a lock or memory, so the paths lie
// in a table of fixed size, and a folder is read by the system call itself.
#define _GNU_SOURCE
#include "csystem.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SLOTS = 64, FREE = 0, FILLING = 1, NAMED = 2 };

static struct {
  atomic_int state;
  char path[PATH_MAX];
} slots[SLOTS];

// Set before the table is read: from then on no slot is filled anew.
static atomic_int ending;

int resect_temporary_add(const char *path) {
  size_t size = strlen(path) + 1;
  if (size > sizeof slots[0].path) return -1;
  for (int i = 0; i < SLOTS; i++) {
    int free = FREE;
    if (!atomic_compare_exchange_strong(&slots[i].state, &free, FILLING)) continue;
    while (atomic_load(&ending)) pause();
    memcpy(slots[i].path, path, size);
    atomic_store(&slots[i].state, NAMED);
    return i;
  }
  return -1;
}

void resect_temporary_drop(int slot) {
  if (slot >= 0 && slot < SLOTS) atomic_store(&slots[slot].state, FREE);
}

struct entry {
  uint64_t inode;
  int64_t next;
  unsigned short length;
  unsigned char type;
  char name[];
};

// Removes the files of a folder, and it. What lies deeper is not ours and stays.
static void remove_folder(const char *path) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder == -1) return;
  _Alignas(struct entry) char buffer[4096];
  // Another thread may still make files: a few rounds, and what is left goes in the next run.
  for (int round = 0; round < 8; round++) {
    lseek(folder, 0, SEEK_SET);
    long count;
    while ((count = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
      for (long at = 0; at < count;) {
        struct entry *entry = (struct entry *)(buffer + at);
        if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0) unlinkat(folder, entry->name, 0);
        at += entry->length;
      }
    }
    if (rmdir(path) == 0 || errno != ENOTEMPTY) break;
  }
  close(folder);
}

static void end_by(int number) {
  int error = errno;
  atomic_store(&ending, 1);
  for (int i = 0; i < SLOTS; i++) {
    if (atomic_load(&slots[i].state) != NAMED) continue;
    if (unlink(slots[i].path) == -1 && errno == EISDIR) remove_folder(slots[i].path);
  }
  errno = error;
  // The handler has been reset: the signal ends the process when this returns, and its parent sees which it was.
  raise(number);
}

void resect_temporaries_end_with_signals(void) {
  // Those that end a process from outside: terminals, `kill`, schedulers (Slurm warns by USR1), limits of time.
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGALRM, SIGUSR1, SIGUSR2};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction action;
    // What is ignored, as `nohup` does, or has a handler stays so.
    if (sigaction(numbers[i], NULL, &action) == -1 || action.sa_handler != SIG_DFL) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = end_by;
    action.sa_flags = SA_RESETHAND | SA_RESTART;
    sigfillset(&action.sa_mask);
    sigaction(numbers[i], &action, NULL);
  }
}
