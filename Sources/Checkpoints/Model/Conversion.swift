// SPDX-License-Identifier: Apache-2.0

/// An element-wise conversion of a storage's bytes that has yet to be computed.
package struct Conversion: Sendable {
  package var source: ByteSource
  package var from: DType
  package var to: DType
  /// Bytes of `source`, a multiple of `from.itemSize`.
  package var sourceByteCount: Int

  package init(source: ByteSource, from: DType, to: DType, sourceByteCount: Int) {
    self.source = source
    self.from = from
    self.to = to
    self.sourceByteCount = sourceByteCount
  }
}
