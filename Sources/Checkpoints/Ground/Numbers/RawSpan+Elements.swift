// SPDX-License-Identifier: Apache-2.0

extension RawSpan {
  /// A little-endian number at `index` times its size.
  @inline(__always)
  func element<Bits: FixedWidthInteger & BitwiseCopyable>(_ index: Int, _ type: Bits.Type) -> Bits {
    let size = MemoryLayout<Bits>.size
    precondition(index >= 0 && (index + 1) * size <= byteCount)
    return Bits(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: index * size, as: Bits.self))
  }
}
