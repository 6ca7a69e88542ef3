// SPDX-License-Identifier: Apache-2.0
#include "ckissfft.h"

#include <algorithm>
#include <cmath>
#include <kissfft/kissfft.hh>
#include <new>

struct resect_rfft {
  kissfft<double> half;
  std::vector<std::complex<double>> bins;

  explicit resect_rfft(size_t count) : half(count / 2, false), bins(count / 2) {}
};

resect_rfft *resect_rfft_create(size_t count) {
  if (count < 2 || count % 2 != 0) return nullptr;
  try {
    return new resect_rfft(count);
  } catch (const std::bad_alloc &) {
    return nullptr;
  }
}

void resect_rfft_destroy(resect_rfft *plan) { delete plan; }

void resect_rfft_power(resect_rfft *plan, const double *values, double *power) {
  const size_t last = plan->bins.size();
  plan->half.transform_real(values, plan->bins.data());
  // kissfft packs the two real bins, 0 and count/2, into the first.
  power[0] = plan->bins[0].real() * plan->bins[0].real();
  power[last] = plan->bins[0].imag() * plan->bins[0].imag();
  for (size_t k = 1; k < last; ++k) power[k] = std::norm(plan->bins[k]);
}

static double peak(const double *values, size_t count) {
  double largest = 0;
  for (size_t n = 0; n < count; ++n) largest = std::max(largest, std::abs(values[n]));
  return largest;
}

int resect_convolve(const double *a, size_t a_count, const double *b, size_t b_count, double *result,
                    size_t count) {
  if (a_count == 0 || b_count == 0) return 1;
  size_t points = 1;
  while (points < a_count + b_count - 1) points *= 2;
  try {
    typedef std::complex<double> complex;
    // Both are real, so one transform serves for both: a as the real part, b as the imaginary one. They are
    // brought to one height first, or the rounding of the louder would show in the other.
    const double a_peak = peak(a, a_count), b_peak = peak(b, b_count);
    const double scale = a_peak > 0 && b_peak > 0 ? a_peak / b_peak : 1;
    std::vector<complex> both(points), product(points);
    for (size_t n = 0; n < a_count; ++n) both[n].real(a[n]);
    for (size_t n = 0; n < b_count; ++n) both[n].imag(b[n] * scale);
    kissfft<double> plan(points, false);
    plan.transform(both.data(), product.data());
    // A B = (Z_k^2 - conj(Z_-k)^2) / 4i.
    for (size_t k = 0; k < points; ++k) {
      const complex here = product[k], there = std::conj(product[(points - k) % points]);
      // The inverse of P is the conjugate of the transform of conj(P); the result is real.
      both[k] = std::conj((here * here - there * there) * complex(0, -0.25));
    }
    plan.transform(both.data(), product.data());
    for (size_t n = 0; n < count; ++n) result[n] = product[n].real() / (static_cast<double>(points) * scale);
    return 1;
  } catch (const std::bad_alloc &) {
    return 0;
  }
}
