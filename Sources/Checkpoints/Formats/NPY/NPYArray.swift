// SPDX-License-Identifier: Apache-2.0

/// An array as a `.npy` file holds it, brought to little-endian and row-major order.
package struct NPYArray: Sendable, Equatable {
  /// The type of an element, little-endian now whatever the file had.
  package let type: NPYType
  /// Outermost first; empty for an array of no dimensions, which has one element.
  package let shape: [Int]
  /// The elements: `shape`'s product times `type.size` bytes.
  package let bytes: [UInt8]

  /// Elements.
  package var count: Int { shape.reduce(1, *) }

  /// - Precondition: `bytes` has the size that `type` and `shape` say.
  package init(_ type: NPYType, shape: [Int], bytes: [UInt8]) {
    precondition(bytes.count == shape.reduce(type.size, *))
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  /// Reads a whole `.npy` file.
  ///
  /// - Throws: what `NPYHeader` throws, and `corrupt` where the data are shorter or longer than the shape says.
  package init(npy file: [UInt8]) throws(CheckpointError) {
    let header = try NPYHeader(file)
    let held = file.count - header.dataOffset
    guard held == header.byteCount else {
      throw CheckpointError(
        .corrupt, "shape \(header.shape) needs \(header.byteCount) bytes of data; the file has \(held)",
        at: .init(byte: header.dataOffset))
    }
    var data = Array(file[header.dataOffset...])
    if header.bigEndian { Self.swap(&data, word: header.type.word) }
    if header.fortranOrder, header.shape.count > 1 {
      data = Self.rowMajor(data, shape: header.shape, size: header.type.size)
    }
    self.init(header.type, shape: header.shape, bytes: data)
  }

  /// The bytes of a `.npy` file that holds this array.
  package func npy() -> [UInt8] {
    NPYHeader.encode(type, shape: shape) + bytes
  }

  private static func swap(_ data: inout [UInt8], word: Int) {
    for start in stride(from: 0, to: data.count, by: word) {
      data[start..<start + word].reverse()
    }
  }

  /// Turns column-major elements into row-major ones.
  private static func rowMajor(_ data: [UInt8], shape: [Int], size: Int) -> [UInt8] {
    guard !data.isEmpty else { return data }
    var strides = [Int](repeating: size, count: shape.count)
    for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var turned: [UInt8] = []
    turned.reserveCapacity(data.count)
    var index = RowMajorIndex(shape)
    let moves = index.moves(strides)
    var from = 0
    while true {
      turned.append(contentsOf: data[from..<from + size])
      guard let axis = index.advance() else { return turned }
      from += moves[axis]
    }
  }
}

extension NPYArray {
  /// A float32 array.
  ///
  /// - Precondition: `values` has as many elements as `shape` says.
  package init(floats values: [Float], shape: [Int]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    for value in values {
      let bits = value.bitPattern
      for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
    self.init(.float32, shape: shape, bytes: bytes)
  }

  /// The elements of a float32 array, row after row.
  ///
  /// - Throws: `unsupported` for any other element type: nothing is converted in silence.
  package func floats() throws(CheckpointError) -> [Float] {
    guard type == .float32 else {
      throw CheckpointError(
        .unsupported, "the array holds \(type); float32 is needed", hint: "save array.astype('float32')")
    }
    return stride(from: 0, to: bytes.count, by: 4).map { at in
      let low = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
      let high = UInt32(bytes[at + 2]) | UInt32(bytes[at + 3]) << 8
      return Float(bitPattern: low | high << 16)
    }
  }
}
