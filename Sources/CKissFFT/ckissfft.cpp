// SPDX-License-Identifier: Apache-2.0
#include "ckissfft.h"

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
