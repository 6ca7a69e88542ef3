// SPDX-License-Identifier: Apache-2.0
// exp for REAL. Float has its own, because libm's does not vectorise: 2^n e^r with n rounded to nearest
// and e^r by a polynomial of degree 6; the error is below two units in the last place.
#ifndef EXPONENTIALS
#define EXPONENTIALS

static inline __attribute__((always_inline)) float exp_float(float x) {
  const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to the nearest integer
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  union {
    float value;
    unsigned bits;
  } rounded = {.value = x * 1.44269504088896341f + magic}, power;
  float n = rounded.value - magic;
  float r = x - n * 0.693145751953125f;  // ln 2 in two parts
  r -= n * 1.42860682030941723e-6f;
  float p = 1.0f / 720.0f;
  p = p * r + 1.0f / 120.0f;
  p = p * r + 1.0f / 24.0f;
  p = p * r + 1.0f / 6.0f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  // The last bits of the sum are n's: a conversion would be undefined for NaN, whose p is NaN whatever the power.
  power.bits = (rounded.bits + 127) << 23;
  return p * power.value;
}

#define EXP(x) _Generic((x), float: exp_float, double: exp)(x)
#define LOG(x) _Generic((x), float: logf, double: log)(x)
#define ERF(x) _Generic((x), float: erff, double: erf)(x)
#define TANH(x) _Generic((x), float: tanhf, double: tanh)(x)
#define SQRT(x) _Generic((x), float: sqrtf, double: sqrt)(x)
#endif
