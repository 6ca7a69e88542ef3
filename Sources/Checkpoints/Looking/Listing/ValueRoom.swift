// SPDX-License-Identifier: Apache-2.0

/// What values that are no tensors may take in a report that names every leaf: some 250,000 numbers. What a memo holds
/// once may stand at millions of paths.
struct ValueRoom {
  /// What each takes beside its path and its text.
  private static let cost = 112

  /// In bytes.
  private var left = 32 << 20
  /// How many were not admitted.
  private(set) var unlisted = 0

  /// Whether a value may be named.
  mutating func admits(_ path: Text, _ type: String) -> Bool {
    left -= Self.cost + path.count + type.utf8.count
    if left < 0 { unlisted += 1 }
    return left >= 0
  }

  /// Whether one that was admitted may be shown, where that takes `size` bytes.
  mutating func holds(_ size: Int) -> Bool {
    guard size <= max(left, Self.cost) else { return false }
    left -= size
    return true
  }
}
