// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "ck_workers.h"
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Each worker has a range of its own, so that it comes back to the rows it wrote last; a worker that
// is done takes from the others' ranges, so that a core that is busy elsewhere does not hold up all.
typedef struct {
  _Alignas(64) atomic_long next;
  long end;
} range;

typedef struct {
  ck_pool *pool;
  long index;
} seat;

struct ck_pool {
  _Alignas(64) atomic_uint job;       // counts up by one for each job; futex
  _Alignas(64) atomic_uint running;   // helpers that have not finished the job; futex
  _Alignas(64) atomic_uint sleepers;  // threads in futex_wait: when there are none, no call to wake them
  atomic_uint stop;
  long workers;
  ck_item item;
  void *context;
  range *ranges;
  pthread_t *threads;
  seat *seats;
};

static void futex_wait(atomic_uint *word, unsigned value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(ck_pool *pool, atomic_uint *word) {
  if (atomic_load(&pool->sleepers) > 0) syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1 << 30, NULL, NULL, 0);
}

static long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

// Waits until *word differs from `value`, and returns what it became.
static unsigned await_change(ck_pool *pool, atomic_uint *word, unsigned value) {
  long begun = 0;
  for (unsigned turn = 0;; turn++) {
    unsigned now = atomic_load_explicit(word, memory_order_acquire);
    if (now != value) return now;
    relax();
    if (turn % 64 == 63) {
      long time = nanoseconds();
      if (begun == 0) begun = time;
      if (time - begun > 50000) break;
    }
  }
  for (;;) {
    unsigned now = atomic_load_explicit(word, memory_order_acquire);
    if (now != value) return now;
    // Counted before the last look at the word, so that who changes it sees the sleeper or is seen.
    atomic_fetch_add(&pool->sleepers, 1);
    futex_wait(word, value);
    atomic_fetch_sub(&pool->sleepers, 1);
  }
}

static void work(ck_pool *pool, long seat) {
  for (long turn = 0; turn < pool->workers; turn++) {
    range *r = &pool->ranges[(seat + turn) % pool->workers];
    for (;;) {
      long index = atomic_fetch_add_explicit(&r->next, 1, memory_order_relaxed);
      if (index >= r->end) break;
      pool->item(pool->context, index);
    }
  }
}

static _Thread_local long own_seat = 0;

long ck_pool_seat(void) { return own_seat; }

static void *helper(void *argument) {
  seat *own = argument;
  own_seat = own->index;
  ck_pool *pool = own->pool;
  unsigned seen = 0;
  for (;;) {
    seen = await_change(pool, &pool->job, seen);
    if (atomic_load_explicit(&pool->stop, memory_order_acquire)) return NULL;
    work(pool, own->index);
    if (atomic_fetch_sub(&pool->running, 1) == 1)
      wake(pool, &pool->running);
  }
}

ck_pool *ck_pool_create(long workers) {
  if (workers < 1) workers = 1;
  ck_pool *pool = aligned_alloc(64, (sizeof(ck_pool) + 63) / 64 * 64);
  if (!pool) return NULL;
  *pool = (ck_pool){.workers = 1};
  pool->ranges = aligned_alloc(64, sizeof(range) * (size_t)workers);
  pool->threads = calloc((size_t)workers, sizeof(pthread_t));
  pool->seats = calloc((size_t)workers, sizeof(seat));
  if (!pool->ranges || !pool->threads || !pool->seats) {
    ck_pool_destroy(pool);
    return NULL;
  }
  for (long i = 1; i < workers; i++) {
    pool->seats[i] = (seat){pool, i};
    if (pthread_create(&pool->threads[i], NULL, helper, &pool->seats[i]) != 0) {
      ck_pool_destroy(pool);
      return NULL;
    }
    pool->workers = i + 1;
  }
  return pool;
}

void ck_pool_destroy(ck_pool *pool) {
  atomic_store(&pool->stop, 1);
  atomic_fetch_add(&pool->job, 1);
  wake(pool, &pool->job);
  for (long i = 1; i < pool->workers; i++) pthread_join(pool->threads[i], NULL);
  free(pool->ranges);
  free(pool->threads);
  free(pool->seats);
  free(pool);
}

void ck_pool_run(ck_pool *pool, long count, ck_item item, void *context) {
  if (pool->workers == 1 || count <= 1) {
    for (long i = 0; i < count; i++) item(context, i);
    return;
  }
  long workers = pool->workers;
  pool->item = item;
  pool->context = context;
  for (long i = 0; i < workers; i++) {
    atomic_store_explicit(&pool->ranges[i].next, count * i / workers, memory_order_relaxed);
    pool->ranges[i].end = count * (i + 1) / workers;
  }
  atomic_store_explicit(&pool->running, (unsigned)(workers - 1), memory_order_release);
  atomic_fetch_add(&pool->job, 1);
  wake(pool, &pool->job);
  work(pool, 0);
  for (;;) {
    unsigned left = atomic_load_explicit(&pool->running, memory_order_acquire);
    if (left == 0) return;
    await_change(pool, &pool->running, left);
  }
}
