// SPDX-License-Identifier: Apache-2.0
// What ships: both programs, which this target depends on. It has no code of its own.
