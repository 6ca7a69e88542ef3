// SPDX-License-Identifier: Apache-2.0

extension TensorRecord {
  var hasLazyBits: Bool { isConjugate || isNegative }

  /// The conjugate and negative bits as sign flips of the first `count` elements: of the imaginary part, of every part,
  /// or of the real part when both are set.
  func resolveBits(in bytes: inout [UInt8], _ count: Int) {
    guard hasLazyBits else { return }
    let size = dtype.itemSize
    let part = dtype.numberSize
    for element in 0..<count {
      for index in 0..<size / part {
        let isImaginary = index == 1
        if isNegative != (isImaginary && isConjugate) {
          bytes[element * size + (index + 1) * part - 1] ^= 0x80
        }
      }
    }
  }
}
