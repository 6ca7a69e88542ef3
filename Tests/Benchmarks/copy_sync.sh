#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: copy_sync.sh FILE COPY. Copies a file and flushes the copy to the disk, as `resect` does with what it writes.
set -e
cp "$1" "$2"
sync -d "$2"
