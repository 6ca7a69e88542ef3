#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fuzzes the readers:  Tests/Fuzz/run.sh SECONDS [pickle|zip|legacy|checkpoint|doors|onnx]...
# Corpora grow in Tests/Fuzz/.build/corpus; what crashes lands in fixtures/fuzz/TARGET, where a test replays it.
set -eu
seconds=${1:?usage: run.sh SECONDS [pickle|zip|legacy|checkpoint|doors|onnx]...}
shift
[ $# -gt 0 ] || set -- pickle zip legacy checkpoint doors onnx
here=$(cd "$(dirname "$0")" && pwd)
fixtures=$here/../../fixtures
corpus=$here/.build/corpus
# Without this a crash keeps the pipe open for minutes.
export SWIFT_BACKTRACE=enable=no

swift build --package-path "$here" -c release --jobs 2 --sanitize=fuzzer --sanitize=address

seed() {
  case $1 in
  pickle) cp "$fixtures"/pickle/*.pkl "$2" ;;
  zip) cp "$fixtures"/hostile/*.zip "$fixtures"/checkpoints/*1*.pt "$2" ;;
  legacy) cp "$fixtures"/hostile/*.legacy "$fixtures"/checkpoints/*legacy*.pt "$2" ;;
  onnx) cp "$fixtures"/onnx/*.onnx "$2" ;;
  checkpoint | doors) find "$fixtures"/checkpoints "$fixtures"/modules "$fixtures"/hostile "$fixtures"/forms \
    "$fixtures"/safetensors "$fixtures"/numpy "$fixtures"/onnx -type f -size -20k \
    ! -name '*.py' ! -name '*.json' -exec cp {} "$2" \; ;;
  esac
}

status=0
for target in "$@"; do
  case $target in
  pickle) program=FuzzPickle ;;
  zip) program=FuzzZip ;;
  legacy) program=FuzzLegacy ;;
  checkpoint) program=FuzzCheckpoint ;;
  doors) program=FuzzDoors ;;
  onnx) program=FuzzONNX ;;
  *) echo "unknown target $target" >&2; exit 2 ;;
  esac
  mkdir -p "$corpus/$target" "$fixtures/fuzz/$target"
  seed "$target" "$corpus/$target"
  # One byte can build an object of a hundred: 1 GiB is far above what the limits of the targets allow.
  "$here/.build/release/$program" "$corpus/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
    -max_len=65536 -print_final_stats=1 -artifact_prefix="$fixtures/fuzz/$target/" || status=1
done
exit $status
