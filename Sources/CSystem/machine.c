// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "csystem.h"
#include <gnu/libc-version.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

static int64_t limit(int resource) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return -1;
  return limit.rlim_cur > INT64_MAX ? INT64_MAX : (int64_t)limit.rlim_cur;
}

#if defined(__x86_64__)
// The brand string: leaves 0x80000002 to 0x80000004, 16 bytes each, padded with spaces at either end.
static void name_of_processor(char *to, size_t size) {
  unsigned words[12];
  if (__get_cpuid_max(0x80000000, NULL) < 0x80000004) return;
  for (unsigned leaf = 0; leaf < 3; leaf++) {
    unsigned *at = words + 4 * leaf;
    if (!__get_cpuid(0x80000002 + leaf, at, at + 1, at + 2, at + 3)) return;
  }
  char text[sizeof words + 1];
  memcpy(text, words, sizeof words);
  text[sizeof words] = 0;
  snprintf(to, size, "%s", text + strspn(text, " "));
}

static void look_at_features(resect_machine *machine) {
  __builtin_cpu_init();
  machine->level = 1;
  if (__builtin_cpu_supports("x86-64-v2")) machine->level = 2;
  if (__builtin_cpu_supports("x86-64-v3")) machine->level = 3;
  if (__builtin_cpu_supports("x86-64-v4")) machine->level = 4;
#define FEATURE(name)                                                                                        \
  if (__builtin_cpu_supports(name)) {                                                                        \
    size_t used = strlen(machine->features);                                                                 \
    snprintf(machine->features + used, sizeof machine->features - used, "%s%s", used ? " " : "", name);      \
  }
  FEATURE("avx")
  FEATURE("avx2")
  FEATURE("fma")
  FEATURE("avx512f")
  FEATURE("avx512vl")
  FEATURE("avx512bw")
  FEATURE("avx512vnni")
  FEATURE("avx512bf16")
#undef FEATURE
}
#endif

void resect_look_at_machine(resect_machine *machine) {
  memset(machine, 0, sizeof *machine);
  struct utsname names;
  if (uname(&names) == 0) {
    snprintf(machine->kernel, sizeof machine->kernel, "%s %s", names.sysname, names.release);
    snprintf(machine->architecture, sizeof machine->architecture, "%s", names.machine);
  }
  snprintf(machine->libc, sizeof machine->libc, "glibc %s", gnu_get_libc_version());
#if defined(__x86_64__)
  name_of_processor(machine->processor, sizeof machine->processor);
  look_at_features(machine);
#endif
  machine->online = (int)sysconf(_SC_NPROCESSORS_ONLN);
  cpu_set_t allowed;
  machine->allowed =
      sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : machine->online;
  machine->memory = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
  machine->address_space = limit(RLIMIT_AS);
  machine->file_size = limit(RLIMIT_FSIZE);
  machine->open_files = limit(RLIMIT_NOFILE);
}

int64_t resect_free_bytes(const char *folder) {
  struct statvfs status;
  if (statvfs(folder, &status) != 0) return -1;
  return (int64_t)status.f_bavail * (int64_t)status.f_frsize;
}
