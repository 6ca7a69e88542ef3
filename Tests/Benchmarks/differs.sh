#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command that must find a difference: exit code 1 is success.
"$@"
[ $? -eq 1 ]
