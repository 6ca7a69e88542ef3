// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// fixtures/numpy holds files that numpy wrote.
struct NPYTests {
  static func bytes(_ name: String) throws -> [UInt8] { try Fixtures.bytes("numpy/\(name)") }

  /// A file of version 1 with any header text.
  static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
    let text = Array(header.utf8)
    let length = [UInt8(text.count & 255), UInt8(text.count >> 8)]
    return NPYHeader.magic + [1, 0] + length + text + data
  }

  @Test(arguments: NPYType.allCases) func `numpy's file is read and written again byte for byte`(
    type: NPYType
  ) throws {
    let file = try Self.bytes("\(type.rawValue).npy")
    let array = try NPYArray(npy: file)
    #expect(array.type == type)
    #expect(array.shape == [2, 3])
    #expect(array.npy() == file)
  }

  @Test func `values come out as numbers`() throws {
    #expect(try NPYArray(npy: Self.bytes("f4.npy")).floats() == [0, 1, 2, 3, 4, 5])
    let array = NPYArray(floats: [0, 1, 2, 3, 4, 5], shape: [2, 3])
    #expect(array.npy() == (try Self.bytes("f4.npy")))
  }

  @Test func `big-endian elements are swapped, complex ones by their halves`() throws {
    #expect(try NPYArray(npy: Self.bytes("big-endian.npy")) == NPYArray(npy: Self.bytes("f4.npy")))
    let complex = try NPYArray(npy: Self.bytes("big-endian-complex.npy"))
    let parts = NPYArray(.float32, shape: [4], bytes: complex.bytes)
    #expect(try parts.floats() == [0, 1, 1, 1])
  }

  @Test func `column-major data become row-major`() throws {
    #expect(try NPYHeader(Self.bytes("fortran.npy")).fortranOrder)
    let array = try NPYArray(npy: Self.bytes("fortran.npy"))
    #expect(array.shape == [2, 3, 4])
    #expect(try array.floats() == (0..<24).map(Float.init))
  }

  @Test func `scalars, vectors and empty arrays keep their shapes`() throws {
    for (name, shape) in [("scalar", []), ("vector", [3]), ("empty", [0, 80])] as [(String, [Int])] {
      let file = try Self.bytes("\(name).npy")
      let array = try NPYArray(npy: file)
      #expect(array.shape == shape)
      #expect(array.npy() == file)
    }
  }

  @Test func `versions 2 and 3 are read`() throws {
    for version in [2, 3] {
      let array = try NPYArray(npy: Self.bytes("version-\(version).npy"))
      #expect(try array.floats() == [0, 1, 2])
    }
  }

  @Test func `data begin at a multiple of 64`() throws {
    for axes in 0..<40 {
      let shape = [Int](repeating: 1, count: axes)
      let header = try NPYHeader(NPYHeader.encode(.float32, shape: shape))
      #expect(header.dataOffset.isMultiple(of: 64))
      #expect(header.shape == shape)
    }
    let many = [Int](repeating: 1, count: 21_000)
    #expect(throws: Never.self) { try NPYHeader(NPYHeader.encode(.int8, shape: many)) }
  }

  @Test(arguments: [
    ("objects", "an array of Python objects: a pickle, which is never opened here"),
    ("text", "element type '<U2' (text) is not read"),
    ("dates", "element type '<M8[D]' (dates and times) is not read"),
    ("records", "a record array, with named columns, is not read"),
  ]) func `other element types are refused by name`(name: String, reason: String) throws {
    let file = try Self.bytes("\(name).npy")
    let error = #expect(throws: CheckpointError.self) { try NPYArray(npy: file) }
    #expect(error?.code == .unsupported)
    #expect(error?.reason == reason)
  }

  @Test(arguments: [
    "{'descr': '<f4', 'fortran_order': False}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,",
    "{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "__import__('os').system('true')", "",
  ]) func `any other header text is corrupt`(header: String) {
    #expect(throws: CheckpointError(.corrupt, "")) {
      try NPYArray(npy: Self.file(header, data: [0, 0, 0, 0]))
    }
  }

  @Test func `a Python 2 header with long integers is read`() throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }"
    #expect(try NPYHeader(Self.file(header)).shape == [2, 3])
  }

  @Test func `a file cut anywhere is corrupt, and so is one with more behind it`() throws {
    let file = try Self.bytes("vector.npy")
    for end in 0..<file.count {
      #expect(throws: CheckpointError(.corrupt, ""), "cut at \(end)") {
        try NPYArray(npy: Array(file[..<end]))
      }
    }
    let error = #expect(throws: CheckpointError.self) { try NPYArray(npy: file + [0]) }
    #expect(error?.reason == "shape [3] needs 12 bytes of data; the file has 13")
  }

  @Test func `shapes and headers beyond bounds are refused before anything is made`() {
    let huge = "{'descr': '<f8', 'fortran_order': True, 'shape': (9000000000000000000, 0), }"
    #expect(throws: CheckpointError(.limit, "")) { try NPYHeader(Self.file(huge)) }
    let long = NPYHeader.magic + [2, 0, 255, 255, 255, 255]
    #expect(throws: CheckpointError(.limit, "")) { try NPYHeader(long) }
    #expect(throws: CheckpointError(.unsupported, "")) { try NPYHeader(NPYHeader.magic + [4, 0, 0, 0]) }
  }

  @Test func `only float32 counts as floats`() throws {
    let error = #expect(throws: CheckpointError.self) { try NPYArray(npy: Self.bytes("f8.npy")).floats() }
    #expect(error?.reason == "the array holds float64; float32 is needed")
  }
}
