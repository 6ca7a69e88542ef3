// SPDX-License-Identifier: Apache-2.0

/// Where in a file the signatures of a zip archive's records stand: what a walk goes by that cannot trust the records
/// themselves.
struct SignatureSearch {
  enum Kind: UInt16 {
    case local = 0x0403
    case descriptor = 0x0807
    case central = 0x0201
  }

  struct Mark {
    var kind: Kind
    var offset: Int
  }

  /// In the order of the file.
  private(set) var marks: [Mark] = []

  /// Real archives have two for each member. A file of nothing else would have one for each four bytes.
  private static let limit = 1 << 22
  private static let chunkSize = 1 << 20

  /// - Throws: `.limit` for a file that is made of signatures.
  init(_ file: InputFile) throws(CheckpointError) {
    var start = 0
    while start + 4 <= file.size {
      // Three bytes more than a step, so that no signature is parted.
      let bytes = try file.read(start..<min(file.size, start + Self.chunkSize + 3))
      try search(bytes, at: start, path: file.path)
      start += Self.chunkSize
    }
  }

  private mutating func search(_ bytes: [UInt8], at start: Int, path: String) throws(CheckpointError) {
    let span = bytes.span
    var index = 0
    let end = span.count - 3
    while index < end {
      guard span[index] == 0x50, span[index + 1] == 0x4B else {
        index += 1
        continue
      }
      if let kind = Kind(rawValue: UInt16(span[index + 2]) | UInt16(span[index + 3]) << 8) {
        marks.append(Mark(kind: kind, offset: start + index))
        guard marks.count <= Self.limit else {
          throw CheckpointError(
            .limit, "more than \(Self.limit) signatures of a zip archive stand in it", at: .init(file: path))
        }
      }
      index += 1
    }
  }

  /// The index of the first mark at `offset` or behind it.
  func index(from offset: Int) -> Int {
    var (low, high) = (0, marks.count)
    while low < high {
      let middle = (low + high) / 2
      if marks[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Whether a record begins right there.
  func has(_ offset: Int) -> Bool {
    let index = index(from: offset)
    return index < marks.count && marks[index].offset == offset
  }
}
