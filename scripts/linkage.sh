#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: linkage.sh RESECT. `resect` must start fast anywhere: no Swift run time to install, no ICU, no BLAS.
set -euo pipefail
binary=$1

needed=$(readelf --dynamic "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p')
echo "$binary needs: $(echo "$needed" | tr '\n' ' ')"
faults=0
if echo "$needed" | grep -E '^lib(swift|Foundation|_Foundation|icu|openblas|blas|lapack|dispatch)'; then
  echo "the libraries above must not be linked" >&2
  faults=1
fi
# Linked statically they would leave their symbols. `uloc_` is ICU's locale API, `dgemm`/`sgemm` BLAS.
foreign='FoundationInternationalization|uloc_getDefault|ucal_open|icudt|cblas_[sd]gemm|[sd]gemm_'
if nm "$binary" | grep -E " [TtRrDdBb] .*($foreign)" | head -5 | grep .; then
  echo "the symbols above show ICU or BLAS inside" >&2
  faults=1
fi
if ldd "$binary" | grep 'not found'; then faults=1; fi
exit "$faults"
