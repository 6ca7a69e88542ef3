// SPDX-License-Identifier: Apache-2.0
internal import CCrypto
internal import CDeflate

/// CRC-32 as zip uses it, of bytes that arrive in pieces.
package struct CRC32: Sendable {
  package private(set) var value: UInt32 = 0

  package init() {}

  package mutating func update(_ bytes: RawSpan) {
    value = unsafe bytes.withUnsafeBytes { buffer in
      unsafe libdeflate_crc32(value, buffer.baseAddress, buffer.count)
    }
  }

  package mutating func update(_ bytes: [UInt8]) { unsafe update(bytes.span.bytes) }

  package static func of(_ bytes: [UInt8]) -> UInt32 {
    var crc = CRC32()
    crc.update(bytes)
    return crc.value
  }
}

/// SHA-256 of bytes that arrive in pieces.
@safe package struct SHA256: ~Copyable {
  private let context: OpaquePointer?

  package init() {
    unsafe context = EVP_MD_CTX_new()
    unsafe precondition(context != nil, "out of memory")
    _ = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  package mutating func update(_ bytes: RawSpan) {
    _ = unsafe bytes.withUnsafeBytes { buffer in
      unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
    }
  }

  package mutating func update(_ bytes: [UInt8]) { unsafe update(bytes.span.bytes) }

  /// The 32 bytes. A further `update` begins a new digest.
  package mutating func finalize() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    _ = unsafe EVP_DigestFinal_ex(context, &digest, nil)
    _ = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
    return digest
  }

  package static func of(_ bytes: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    digest.update(bytes)
    return digest.finalize()
  }
}

extension InputFile {
  /// SHA-256 over all bytes.
  ///
  /// - Parameter onBytes: called with the size of each part that was read.
  package func sha256(onBytes: (Int) -> Void = { _ in }) throws(CheckpointError) -> [UInt8] {
    var digest = SHA256()
    try ByteSource.file(self, 0..<size, crc32: nil).forEachChunk(of: 0..<size) {
      chunk throws(CheckpointError) in
      digest.update(chunk)
      onBytes(chunk.byteCount)
    }
    return digest.finalize()
  }
}
