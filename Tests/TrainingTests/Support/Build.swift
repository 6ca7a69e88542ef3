// SPDX-License-Identifier: Apache-2.0

/// Whether this is an optimised build.
var isOptimised: Bool {
  #if DEBUG
    false
  #else
    true
  #endif
}
