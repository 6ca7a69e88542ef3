// SPDX-License-Identifier: Apache-2.0
@testable import Checkpoints

/// PFM, netpbm's float map: `Pf`, width and height, a scale whose sign tells the byte order, then rows of float32 from
/// the bottom to the top, as the tensor has them too.
enum FloatMap: FileForm {
  static let words = "a float map"
  static let word = "pfm"
  static func begins(_ start: [UInt8]) -> Bool { start.starts(with: Array("Pf\n".utf8)) }

  static func read(_ file: InputFile) throws(CheckpointError) -> Document {
    let start = try file.read(0..<min(file.size, 64))
    let lines = start.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
      .prefix(3).map { String(decoding: $0, as: UTF8.self) }
    let sizes = lines.count == 3 ? lines[1].split(separator: " ").compactMap { Int($0) } : []
    guard sizes.count == 2, sizes.allSatisfy((1..<1 << 24).contains), let scale = Double(lines[2]), scale != 0
    else {
      throw CheckpointError(
        .corrupt, "the float map's header is not `Pf`, width and height, scale, a line each",
        at: .init(byte: 0))
    }
    let head = lines.reduce(0) { $0 + $1.utf8.count + 1 }
    let byteCount = 4 * sizes[0] * sizes[1]
    guard file.size - head == byteCount else {
      throw CheckpointError(
        .corrupt, "\(sizes[0]) x \(sizes[1]) floats are \(byteCount) bytes; the file has \(file.size - head)",
        at: .init(byte: head))
    }
    let data = ByteSource.file(file, head..<file.size, crc32: nil)
    let bytes = scale < 0 ? data : .computed(SwappedBytes(data, width: 4))
    var document = Document(source: .init(file: file.path, format: .floatMap))
    let storage = document.add(Storage(name: "data", byteCount: byteCount, bytes: bytes))
    document.root = document.add(
      .tensor(TensorRecord(dtype: .float32, shape: [sizes[1], sizes[0]], storage: storage)))
    return document
  }

  /// The length is all that the file says of itself, and was compared.
  static func inspect(_ file: InputFile, _ onBytes: (Int) -> Void) throws(CheckpointError) -> Inspection {
    _ = try read(file)
    return Inspection(.floatMap, members: 1)
  }
}

extension Document.Format {
  static let floatMap = Self("pfm", countedIn: "array", agreement: "its length is as the header says")
}
