// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Comparing runs of bytes.
package enum Bytes {
  /// Whether two strings have the same bytes, which `String`'s own `==` does not ask.
  package static func areEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (left.utf8Span.span, right.utf8Span.span)
    return left.count == right.count && order(left, right) == 0
  }

  /// Below 0, 0 or above 0, as `memcmp`; of two that are alike as far as they go, the shorter comes first.
  package static func order(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
    let common = min(left.count, right.count)
    let difference = compare(left, right, common)
    return difference != 0 ? difference : left.count - right.count
  }

  package static func begins(_ bytes: Span<UInt8>, with start: Span<UInt8>) -> Bool {
    bytes.count >= start.count && compare(bytes, start, start.count) == 0
  }

  package static func ends(_ bytes: Span<UInt8>, with end: Span<UInt8>) -> Bool {
    bytes.count >= end.count
      && compare(bytes.extracting(last: end.count), end, end.count) == 0
  }

  private static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>, _ count: Int) -> Int {
    // `memcmp` reads `count` bytes of each; both have as many.
    unsafe left.withUnsafeBytes { left in
      unsafe right.withUnsafeBytes { right in
        guard count > 0, let left = left.baseAddress, let right = right.baseAddress else { return 0 }
        return unsafe Int(memcmp(left, right, count))
      }
    }
  }
}
