#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# CSystem and CKernels, compiled by clang with UndefinedBehaviorSanitizer and AddressSanitizer, every function called at
# the edges of its sizes. What is found ends the program.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The clang that compiles them for the product; -O1 keeps loops that are vectorised, and lines in what is reported.
clang=$(dirname "$(command -v swift)")/clang
flags=(-g -O1 -Wall -Wextra -Werror -Wno-unused-parameter -fsanitize=undefined,address -fno-sanitize-recover=all -fno-omit-frame-pointer)
link=(-fuse-ld=lld -lm -lpthread)

objects=()
for source in Sources/CKernels/*.c; do
  object=$folder/$(basename "$source" .c).o
  objects+=("$object")
  "$clang" "${flags[@]}" -ISources/CKernels/include -c "$source" -o "$object" &
done
for source in Sources/CSystem/*.c; do
  "$clang" "${flags[@]}" -ISources/CSystem/include -c "$source" -o "$folder/$(basename "$source" .c).o"
done
for job in $(jobs -p); do wait "$job"; done

for program in kernels direct threads; do
  "$clang" "${flags[@]}" -ISources/CKernels/include "Tests/Sanitizers/$program.c" "${objects[@]}" \
    $(pkg-config --libs openblas) "${link[@]}" -o "$folder/test-$program"
  "$folder/test-$program"
done
"$clang" "${flags[@]}" -ISources/CSystem/include Tests/Sanitizers/system.c "$folder/csystem.o" "$folder/temporaries.o" \
  "${link[@]}" -o "$folder/test-system"
mkdir "$folder/files"
"$folder/test-system" "$folder/files"
