// SPDX-License-Identifier: Apache-2.0

/// An array of a `.npy` file, or of a member of a `.npz`: its header, and its data where they lie.
struct NPYContent {
  let header: NPYHeader
  /// The elements, little-endian, in the order that the header says.
  let data: ByteSource

  /// Reads the header alone.
  ///
  /// - Parameter file: the whole `.npy` file.
  /// - Throws: what `NPYHeader` throws, and `.corrupt` where the data are shorter or longer than the shape says.
  init(_ file: ByteSource) throws(CheckpointError) {
    let start = try file.read(0..<min(file.byteCount, Self.firstRead))
    let needed = NPYHeader.length(of: start)
    let head = needed > start.count ? try file.read(0..<min(file.byteCount, needed)) : start
    let header = try NPYHeader(head)
    let held = file.byteCount - header.dataOffset
    guard held == header.byteCount else {
      throw CheckpointError(
        .corrupt, "shape \(header.shape) needs \(header.byteCount) bytes of data; the file has \(held)",
        at: .init(byte: header.dataOffset))
    }
    self.init(header, Self.rest(of: file, after: Array(head[..<header.dataOffset])))
  }

  /// An array of which only the first bytes may be there; the header must be.
  ///
  /// - Parameters:
  ///   - start: what there is, of the whole `.npy` file and perhaps of what follows.
  ///   - whole: the file of so many bytes, as far as it is there.
  init(
    cut start: ByteSource, whole: (Int) throws(CheckpointError) -> ByteSource
  ) throws(CheckpointError) {
    let first = try start.read(0..<min(start.byteCount, Self.firstRead))
    let needed = NPYHeader.length(of: first)
    let head = needed > first.count ? try start.read(0..<min(start.byteCount, needed)) : first
    let header = try NPYHeader(head)
    let (end, overflow) = header.dataOffset.addingReportingOverflow(header.byteCount)
    guard !overflow else { throw CheckpointError(.corrupt, "its shape has more bytes than 64 bits count") }
    self.init(header, Self.rest(of: try whole(end), after: Array(head[..<header.dataOffset])))
  }

  /// An array whose data are as the header says.
  init(_ header: NPYHeader, _ data: ByteSource) {
    self.header = header
    self.data =
      header.bigEndian ? .computed(SwappedBytes(data, width: header.type.word)) : data
  }

  /// numpy's headers have 128 bytes, unless the shape is long.
  private static let firstRead = 4096

  /// What follows the header. Its CRC comes from that of the whole.
  private static func rest(of file: ByteSource, after head: [UInt8]) -> ByteSource {
    guard case .file(let input, let range, let crc32) = file else {
      return .computed(SlicedBytes(file, head.count..<file.byteCount))
    }
    let rest = range.lowerBound + head.count..<range.upperBound
    return .file(
      input, rest, crc32: crc32.map { CRC32.rest(of: $0, after: CRC32.of(head), length: rest.count) })
  }

  /// Adds the array to a document as a tensor with a storage of its own.
  func add(to document: inout Document, name: Text) -> NodeID {
    let storage = document.add(Storage(name: name, byteCount: data.byteCount, bytes: data))
    return document.add(
      .tensor(
        TensorRecord(
          dtype: header.type.dtype, shape: header.shape, strides: header.fortranOrder ? columnMajor : nil,
          storage: storage)))
  }

  /// Strides in elements where the first dimension runs fastest.
  private var columnMajor: [Int] {
    var strides = [Int](repeating: 1, count: header.shape.count)
    for axis in strides.indices.dropFirst() {
      strides[axis] = strides[axis - 1] &* max(header.shape[axis - 1], 1)
    }
    return strides
  }
}
