// SPDX-License-Identifier: Apache-2.0

/// The pickle in which a `.npy` file keeps an array of Python objects: numpy runs it with `allow_pickle=True`.
enum NPYPickle {
  /// The most bytes of such a pickle that are examined.
  private static let longest = 1 << 30

  /// The pickle, or nil where the array holds numbers or text.
  ///
  /// - Parameter packed: how many bytes of the archive `file` is made from.
  /// - Throws: `.corrupt` where this is no `.npy` file, `.limit` for more than 1 GiB.
  static func bytes(in file: ByteSource, packed: Int) throws(CheckpointError) -> [UInt8]? {
    let start = try file.read(0..<min(file.byteCount, 12))
    let end = NPYHeader.length(of: start)
    guard end > 0 else {
      throw CheckpointError(
        .corrupt, "it is named .npy, but does not begin as such a file", at: .init(byte: 0))
    }
    let head = try file.read(0..<min(file.byteCount, end))
    // `'descr': '|O'`, or a column of a record.
    guard head.indices.dropLast().contains(where: { head[$0] == 0x7C && head[$0 + 1] == UInt8(ascii: "O") })
    else { return nil }
    guard file.byteCount - end <= longest else {
      throw CheckpointError(.limit, "a pickle of \(file.byteCount - end) bytes; at most \(longest) are read")
    }
    try StructureLimits.current.check(file.byteCount, packed: packed)
    return end < file.byteCount ? try file.read(end..<file.byteCount) : []
  }
}
