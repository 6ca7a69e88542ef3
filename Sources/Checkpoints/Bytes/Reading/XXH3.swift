// SPDX-License-Identifier: Apache-2.0
internal import CXXHash

/// XXH3-128 of bytes that arrive in pieces (xxHash, specification 0.2.0): fast, and no proof against an adversary.
@safe package struct XXH3: ~Copyable {
  /// The 128 bits.
  package struct Digest: Hashable, Sendable {
    package var high: UInt64
    package var low: UInt64

    /// 32 digits, the canonical order: most significant first.
    package var hexadecimal: String {
      [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) } }
        .hexadecimal
    }
  }

  private let state: OpaquePointer?

  package init() {
    unsafe state = XXH3_createState()
    unsafe precondition(state != nil, "out of memory")
    _ = unsafe XXH3_128bits_reset(state)
  }

  deinit { _ = unsafe XXH3_freeState(state) }

  package mutating func update(_ bytes: RawSpan) {
    _ = unsafe bytes.withUnsafeBytes { buffer in
      unsafe XXH3_128bits_update(state, buffer.baseAddress, buffer.count)
    }
  }

  package mutating func update(_ bytes: [UInt8]) { unsafe update(bytes.span.bytes) }

  /// Of all bytes so far; a further `update` adds to them.
  package func digest() -> Digest {
    let hash = unsafe XXH3_128bits_digest(state)
    return Digest(high: hash.high64, low: hash.low64)
  }

  package static func of(_ bytes: [UInt8]) -> Digest {
    var hash = XXH3()
    hash.update(bytes)
    return hash.digest()
  }
}
