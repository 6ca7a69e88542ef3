// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// One reader for every layout: what it hands out is held against a counter that goes one element at a time.
@Suite struct RunReaderTests {
  struct View: CustomTestStringConvertible, Sendable {
    var shape: [Int]
    var strides: [Int]
    var testDescription: String { "\(shape) by \(strides)" }
  }

  static let views = [
    View(shape: [], strides: []), View(shape: [7], strides: [1]), View(shape: [7], strides: [9]),
    View(shape: [3, 5], strides: [5, 1]), View(shape: [3, 5], strides: [1, 3]),
    View(shape: [3, 5], strides: [8, 1]), View(shape: [5, 4], strides: [0, 2]),
    View(shape: [4, 1, 3], strides: [3, 100, 1]), View(shape: [3, 2, 4], strides: [1, 12, 3]),
    View(shape: [2, 3, 4, 2], strides: [24, 1, 6, 3]), View(shape: [2, 2, 3], strides: [0, 0, 0]),
    View(shape: [3, 4], strides: [2, 3]),
  ]

  static let dtypes: [DType] = [.uint8, .int16, .float32, .int64, .complex128]

  /// A storage in which no two bytes in reach of each other are alike, and a view of it.
  private func reader(_ view: View, _ dtype: DType, _ make: ([UInt8]) -> ByteSource) -> TensorReader {
    let tensor = TensorRecord(
      dtype: dtype, shape: view.shape, strides: view.strides, offset: 2, storage: StorageID(0))
    let count = (tensor.extent?.upperBound ?? 0) * dtype.itemSize
    return TensorReader(make((0..<count).map { UInt8(truncatingIfNeeded: $0 * 167 >> 3) }), tensor)
  }

  private func elements(of reader: TensorReader) throws -> [UInt8] {
    let (tensor, size) = (reader.tensor, reader.tensor.dtype.itemSize)
    let stored = try reader.source.read(0..<reader.source.byteCount)
    var cursor = StrideCursor(tensor.shape, tensor.strides)
    var bytes: [UInt8] = []
    for _ in 0..<tensor.count {
      let start = (tensor.offset + cursor.position) * size
      bytes += stored[start..<start + size]
      cursor.advance()
    }
    return bytes
  }

  @Test(arguments: views, dtypes) func `any range comes in order, forwards and backwards`(
    view: View, dtype: DType
  ) throws {
    for isComputed in [false, true] {
      let reader = reader(view, dtype) { bytes in
        let whole = TensorRecord(dtype: .uint8, shape: [bytes.count], storage: StorageID(0))
        return isComputed ? .computed(RowMajorBytes(.memory(bytes), whole)) : .memory(bytes)
      }
      let whole = try elements(of: reader)
      var runs = RunReader(reader)
      let step = max(1, whole.count / 11)
      let starts = Array(stride(from: 0, through: whole.count, by: step))
      for start in starts + starts.reversed() {
        for end in [start, start + 1, (start + whole.count) / 2, whole.count] where end >= start {
          if end > whole.count { continue }
          #expect(try runs.bytes(start..<end) == Array(whole[start..<end]))
        }
      }
    }
  }

  @Test(arguments: views) func `boxes come row-major`(view: View) throws {
    let reader = reader(view, .int16) { .memory($0) }
    let whole = try elements(of: reader)
    var runs = RunReader(reader)
    let steps = TensorRecord.contiguousStrides(view.shape)
    for part in ElementBox.covering(0..<reader.tensor.count, of: view.shape) {
      for dimension in view.shape.indices where part.size[dimension] > 1 {
        let (first, second) = part.halves(along: dimension)
        for box in [first, second] {
          var cursor = StrideCursor(box.size, steps)
          let start = zip(box.lower, steps).reduce(0) { $0 + $1.0 * $1.1 }
          var expected: [UInt8] = []
          for _ in 0..<box.count {
            let place = (start + cursor.position) * 2
            expected += whole[place..<place + 2]
            cursor.advance()
          }
          let found = try runs.withElements(of: box) { unsafe $0.withUnsafeBytes { unsafe [UInt8]($0) } }
          #expect(found == expected)
        }
      }
    }
  }

  @Test(arguments: [[5], [3, 4], [2, 3, 4], [1, 5, 1, 2], []]) func `boxes cover a range in order`(
    shape: [Int]
  ) {
    let steps = TensorRecord.contiguousStrides(shape)
    let count = shape.reduce(1, *)
    for start in 0...count {
      for end in start...count {
        var next = start
        let boxes = ElementBox.covering(start..<end, of: shape)
        #expect(boxes.count <= max(1, 2 * shape.count))
        for box in boxes {
          #expect(zip(box.lower, steps).reduce(0) { $0 + $1.0 * $1.1 } == next)
          #expect(zip(zip(box.lower, box.size), shape).allSatisfy { $0.0 + $0.1 <= $1 })
          // Row-major in the whole: behind the first dimension that has more than one place all are full.
          let first = box.size.firstIndex { $0 > 1 } ?? shape.count
          #expect(box.size.indices.allSatisfy { $0 <= first || box.size[$0] == shape[$0] })
          next += box.count
        }
        #expect(next == end)
      }
    }
  }

  /// Larger than the reader may hold: the first in windows with small gaps, the second by runs far apart.
  @Test(arguments: [(300, 1000), (5000, 60)])
  func `a transposed tensor in a file is put in order part by part`(
    rows: Int, columns: Int
  ) throws {
    let folder = try TemporaryFolder()
    let values = (0..<rows * columns).map { UInt16(truncatingIfNeeded: $0 % rows &* 7919 &+ $0 / rows) }
    let stored = values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    try File.write(stored, to: folder("t"))
    let source = ByteSource.file(try InputFile(path: folder("t")), 0..<stored.count, crc32: nil)
    let tensor = TensorRecord(
      dtype: .int16, shape: [rows, columns], strides: [1, rows], storage: StorageID(0))
    let whole = try elements(of: TensorReader(source, tensor))
    var runs = RunReader(TensorReader(source, tensor), mostBytes: 1 << 14)
    for start in stride(from: 0, to: whole.count - 5000, by: 33_333) + [7, 0] {
      #expect(try runs.bytes(start..<start + 5000) == Array(whole[start..<start + 5000]))
    }
    #expect(try runs.bytes(0..<whole.count) == whole)
  }

  @Test func `lazy bits flip signs`() throws {
    var reader = reader(View(shape: [2, 3], strides: [1, 2]), .complex128) { .memory($0) }
    let whole = try elements(of: reader)
    for (isConjugate, isNegative) in [(true, false), (false, true), (true, true)] {
      var tensor = reader.tensor
      tensor.isConjugate = isConjugate
      tensor.isNegative = isNegative
      reader = TensorReader(reader.source, tensor)
      var runs = RunReader(reader)
      var expected = whole
      for element in 0..<6 {
        if isNegative { expected[element * 16 + 7] ^= 0x80 }
        if isNegative != isConjugate { expected[element * 16 + 15] ^= 0x80 }
      }
      #expect(try runs.bytes(0..<96) == expected)
      #expect(try runs.bytes(40..<41) == [expected[40]])
    }
  }
}
