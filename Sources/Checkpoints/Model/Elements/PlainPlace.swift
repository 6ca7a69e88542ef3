// SPDX-License-Identifier: Apache-2.0

/// Where a tensor's elements lie in a file as they are: row-major, little-endian, one behind the other, not packed.
package struct PlainPlace: Sendable {
  package let file: InputFile
  /// Of the file on disk, in bytes. Not empty.
  package let range: Range<Int>
}

extension TensorReader {
  /// Nil where no file holds the elements so, and for a tensor without elements. Reads nothing.
  package var plainPlace: PlainPlace? {
    guard let direct = rowMajor.direct, !direct.isEmpty, direct.upperBound <= source.byteCount,
      case .file(let file, let whole, _) = source.ofWholeFile
    else { return nil }
    return PlainPlace(
      file: file, range: whole.lowerBound + direct.lowerBound..<whole.lowerBound + direct.upperBound)
  }
}
