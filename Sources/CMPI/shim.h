// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mpi.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

// MPI's communicators and types are macros with casts, which Swift does not see. Errors need no handling: the default
// handler of MPI_COMM_WORLD ends all processes. Sizes are bytes, and at most INT_MAX a process.

static inline bool cmpi_begin(int *rank, int *count, int *beside) {
  int provided = MPI_THREAD_SINGLE;
  MPI_Comm host;
  if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) return false;
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, count);
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, *rank, MPI_INFO_NULL, &host);
  MPI_Comm_size(host, beside);
  MPI_Comm_free(&host);
  return provided >= MPI_THREAD_FUNNELED;
}

static inline void cmpi_gather(const void *mine, void *all, int bytes) {
  MPI_Allgather(mine, bytes, MPI_BYTE, all, bytes, MPI_BYTE, MPI_COMM_WORLD);
}

static inline void cmpi_exchange(const void *mine, void *all, int bytes) {
  MPI_Alltoall(mine, bytes, MPI_BYTE, all, bytes, MPI_BYTE, MPI_COMM_WORLD);
}

static inline void cmpi_broadcast(void *all, int bytes) { MPI_Bcast(all, bytes, MPI_BYTE, 0, MPI_COMM_WORLD); }

/// The processors that the calling thread may run on; 0 where that is not known. (glibc's own call is hidden from Swift.)
static inline int cmpi_processors(void) {
  unsigned long set[128];
  long bytes = syscall(SYS_sched_getaffinity, 0, sizeof set, set);
  int count = 0;
  for (long word = 0; word < bytes / (long)sizeof set[0]; word++) count += __builtin_popcountl(set[word]);
  return count;
}

static inline void cmpi_end(void) { MPI_Finalize(); }

static inline void cmpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }
