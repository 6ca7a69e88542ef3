// SPDX-License-Identifier: Apache-2.0

/// Looking through the bytes of a file, in pieces.
extension InputFile {
  /// Where the first byte lies that is no zero, no space and no end of a line.
  func firstInk(in range: Range<Int>) throws(CheckpointError) -> Int? {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start + 1 << 16, range.upperBound)
      let bytes = try read(start..<end)
      if let ink = bytes.firstIndex(where: { $0 != 0 && $0 != 0x20 && !(0x09...0x0D).contains($0) }) {
        return start + ink
      }
      start = end
    }
    return nil
  }

  /// Whether it holds any of these texts.
  func holds(_ texts: [[UInt8]]) throws(CheckpointError) -> Bool {
    let overlap = (texts.map(\.count).max() ?? 1) - 1
    var start = 0
    while start < size {
      let end = min(start + 1 << 20, size)
      let bytes = try read(start..<min(end + overlap, size))
      if texts.contains(where: { Bytes.firstRange(of: $0.span, in: bytes.span) != nil }) { return true }
      start = end
    }
    return false
  }
}
