// SPDX-License-Identifier: Apache-2.0

/// Which words the caller has, so that a refusal advises none that it does not know.
public enum OutputCaller: Sendable {
  /// Passes, `--keep-opaque` and `--drop-values`.
  case edit
  /// The same, but passes come before what is put back, and do not reach it.
  case restore
  /// The two options alone.
  case convert
  /// Neither.
  case strip
  case merge
}
