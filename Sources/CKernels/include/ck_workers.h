// SPDX-License-Identifier: Apache-2.0
// A pool of threads that runs the items 0 ..< count of one job together with its caller.
// A waiting thread spins for about 50 microseconds, then sleeps on a futex.
#pragma once

#pragma clang assume_nonnull begin

typedef struct ck_pool ck_pool;
typedef void (*ck_item)(void *context, long index);

// A pool of `workers` threads in all, the caller among them; null when no thread can be made.
ck_pool *_Nullable ck_pool_create(long workers);
void ck_pool_destroy(ck_pool *pool);

// Runs item(context, 0) ... item(context, count - 1), each once, in any order and on any thread of
// the pool; returns when all have run. One job at a time: not to be called from inside an item.
void ck_pool_run(ck_pool *pool, long count, ck_item item, void *context);

// Where the calling thread sits in the pool whose item it runs: 0 for the caller of ck_pool_run, below
// `workers`; 0 outside of items.
long ck_pool_seat(void);

#pragma clang assume_nonnull end
