// SPDX-License-Identifier: Apache-2.0
// Calls the register tiles of every form that the processor has, and what lays out their windows and weights, one below,
// at and above the sizes of tiles.
#include "edges.h"

static long blocks_of(long outputs) { return (outputs + 15) / 16 * 16; }

// `taps` neighbours in time of `inputs` floats each: a run for each tap.
static void product(const ck_direct *form, long count, long taps, long inputs, long outputs, long gap) {
  edge e = {0, 0, gap, gap, 0.5, sizeof(float)};
  ck_run runs[3];
  for (long t = 0; t < taps; t++) runs[t] = (ck_run){t * (inputs + gap), inputs};
  // As much behind the last position as tiles are said to read.
  ck_rows window = matrix(&e, count + taps + CK_DIRECT_SLACK, inputs);
  window.rows = count;
  float *slack = memory((size_t)(window.stride * (count + taps + CK_DIRECT_SLACK) + CK_DIRECT_SLACK) * sizeof(float));
  fill(slack, window.stride * (count + taps + CK_DIRECT_SLACK) + CK_DIRECT_SLACK, sizeof(float), 0.5);
  window.base = slack;

  ck_rows weight = matrix(&e, outputs, inputs * taps);
  edge tight = {0, 0, 0, 0, 0, sizeof(float)};
  ck_rows packed = matrix(&tight, 1, blocks_of(outputs) * inputs * taps);
  static const long order[] = {0, 1, 2};
  for (long block = 0; block < ck_direct_blocks(form, outputs); block++)
    ck_direct_pack(form, weight, taps, order, taps, 0, block, packed);

  ck_rows back = matrix(&tight, 1, blocks_of(inputs) * outputs * taps);
  for (long block = 0; block < ck_direct_blocks(form, inputs); block++)
    ck_direct_pack(form, weight, taps, order, taps, 1, block, back);

  // Of each pitch the last position is none of an output, where there are several.
  long pitch = count > 3 ? 3 : count, valid = pitch > 1 ? pitch - 1 : 1, lines = (count + pitch - 1) / pitch;
  ck_positions positions = {count, pitch, valid, valid, 1};
  ck_rows out = matrix(&e, lines * valid, outputs);
  form->product(window, runs, taps, packed, positions, out, 0);
  form->product(window, runs, taps, packed, positions, out, 1);

  ck_rows d = matrix(&e, count, blocks_of(outputs));
  ck_rows sums = matrix(&e, inputs * taps, blocks_of(outputs));
  form->gradient(window, runs, taps, d, sums);
  ck_direct_unpack(sums, taps, order, taps, 0, outputs, weight, 0);
  ck_direct_unpack(sums, taps, order, taps, outputs / 2, outputs, weight, 1);
  give_back();
}

// A window that begins before the map and ends behind it.
static void window(long frames, long channels, long width, long first, long step, long gap) {
  edge e = {0, 0, gap, gap, 0.5, sizeof(float)};
  ck_rows source = matrix(&e, 2 * frames, channels);
  ck_window shape = {2, frames, first, step, 4, first, step, frames + 3, frames + 4};
  edge tight = {0, 0, 0, 0, 0, sizeof(float)};
  ck_direct_window(source, shape, matrix(&tight, shape.rows * shape.pitch, width));
  give_back();
}

int main(void) {
  static const long counts[] = {1, 2, 5, 6, 7, 9, 13, 14, 15, 23, 24, 25, 127, 128, 129};
  static const long outputs[] = {1, 15, 16, 17, 31, 32, 33, 48, 49, 63, 64, 65, 80};
  static const long inputs[] = {1, 5, 6, 7, 13, 16, 24, 25};
  long forms = 0;
  for (const ck_direct *form; (form = ck_direct_form(forms)); forms++)
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
      for (size_t o = 0; o < sizeof outputs / sizeof *outputs; o++)
        for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
          long taps = 1 + (long)(c + o + i) % 3;
          product(form, counts[c], taps, inputs[i], outputs[o], (long)(o + i) % 2);
        }
  for (long frames = 1; frames < 6; frames++)
    for (long channels = 1; channels < 18; channels += 8)
      for (long first = -3; first < 8; first++)
        for (long step = 1; step < 4; step++) {
          window(frames, channels, channels, first, step, 0);
          window(frames, channels, channels + 7, first, step, 1);
        }
  printf("direct: %ld forms%s\n", forms, ck_direct_is_optimised() ? "" : ", not optimised");
  return 0;
}
