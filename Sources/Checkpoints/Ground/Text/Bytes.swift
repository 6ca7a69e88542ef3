// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Comparing runs of bytes.
package enum Bytes {
  package static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    left.count == right.count && compare(left, right, left.count) == 0
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

  /// Where `part` first begins, found by its first byte.
  package static func firstRange(of part: Span<UInt8>, in bytes: Span<UInt8>) -> Range<Int>? {
    guard part.count <= bytes.count else { return nil }
    guard part.count > 0 else { return 0..<0 }
    for start in 0...(bytes.count - part.count) where bytes[start] == part[0] {
      if begins(bytes.extracting(start..<bytes.count), with: part) { return start..<start + part.count }
    }
    return nil
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
