#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: trainer.sh PYTHON [BACKBONE...] [OPTION...]. Builds the benchmark program and prints the table of trainer.py:
# training and inference of each backbone, ours and PyTorch's in turns. Run it on an idle machine.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=$1
shift
export PYTHONDONTWRITEBYTECODE=1
cd "$here/../.."
swift build -c release --jobs "${JOBS:-2}" --product benchmarks >&2
exec "$python" "$here/trainer.py" "$(swift build -c release --show-bin-path)/benchmarks" "$@"
