// SPDX-License-Identifier: Apache-2.0
// Matrices that end where their memory ends, so that a sanitizer sees whoever goes one element too far.
#pragma once
#include "ckernels.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

// One case: a size, how the rows lie, and what is in them.
typedef struct {
  long rows, columns;
  // Elements between rows, and before the first.
  long gap, shift;
  double value;
  // Of the elements: of a float, or of a double.
  size_t element;
} edge;

// Everything that was made, to be given back after each case.
static struct {
  void *blocks[256];
  int count;
} made;

static void *memory(size_t bytes) {
  void *block = malloc(bytes ? bytes : 1);
  if (!block || made.count == 256) abort();
  made.blocks[made.count++] = block;
  return block;
}

static void give_back(void) {
  while (made.count > 0) free(made.blocks[--made.count]);
}

static void fill(void *base, long count, size_t element, double value) {
  for (long i = 0; i < count; i++) {
    // Some of each: the value, its negative, small ones.
    double at = i % 3 == 0 ? value : i % 3 == 1 ? -value : (double)(i % 7) / 8;
    if (element == sizeof(float)) ((float *)base)[i] = (float)at;
    else ((double *)base)[i] = at;
  }
}

static ck_rows matrix(const edge *e, long rows, long columns) {
  long stride = columns + e->gap;
  long count = rows > 0 ? (rows - 1) * stride + columns : 0;
  char *base = memory((size_t)(e->shift + count) * e->element);
  fill(base, e->shift + count, e->element, e->value);
  return (ck_rows){base + (size_t)e->shift * e->element, rows, columns, stride};
}
