// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// `.npz` and `.npy` as documents. The files of `fixtures/numpy` are numpy's own.
@Suite struct NPZFileTests {
  private func tensors(_ document: Document) throws -> [(path: Text, tensor: TensorRecord)] {
    try FlatDocument(document).entries.map { ($0.name, $0.tensor) }
  }

  /// The elements of the only tensor, row-major.
  private func elements(_ document: Document, _ name: Text) throws -> [UInt8] {
    let found = try #require(try tensors(document).first { $0.path == name }).tensor
    let bytes = RowMajorBytes(document[found.storage].bytes, found)
    return try ByteSource.computed(bytes).read(0..<bytes.byteCount)
  }

  private func floats(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }

  /// An archive of stored members in a folder of its own.
  private func archive(_ members: [(name: String, bytes: [UInt8])]) throws -> (TemporaryFolder, path: String)
  {
    let folder = try TemporaryFolder()
    try File.write(ZipBuilder.archive(members), to: folder("a.npz"))
    return (folder, folder("a.npz"))
  }

  /// A `.npy` file, its header as given and `count` bytes of data.
  private func npy(_ header: String, _ count: Int) -> [UInt8] {
    let text = Array(header.utf8) + [0x0A]
    return NPYHeader.magic + [1, 0, UInt8(text.count & 0xFF), UInt8(text.count >> 8)] + text
      + [UInt8](repeating: 0, count: count)
  }

  @Test(arguments: ["stored.npz", "deflated.npz"]) func `numpy's archive is a dict of tensors`(_ name: String)
    throws
  {
    let document = try Checkpoint.open(Fixtures.path("numpy/\(name)"))
    #expect(document.source?.format == .npz)
    #expect(try tensors(document).map(\.path) == ["first", "a/b"])
    #expect(try tensors(document).map(\.tensor.dtype) == [.float32, .float64])
    #expect(try elements(document, "first") == floats([0, 1, 2, 3, 4, 5]))
    guard case .stateDict(let state) = document[document.root] else {
      throw CheckpointError(.corrupt, "no dict")
    }
    #expect(state.kind == .dict)
  }

  @Test func `an array by itself is the root, in its own order and byte order`() throws {
    let fortran = try Checkpoint.open(Fixtures.path("numpy/fortran.npy"))
    #expect(fortran.source?.format == .npy)
    guard case .tensor(let tensor) = fortran[fortran.root] else {
      throw CheckpointError(.corrupt, "no tensor")
    }
    #expect(tensor.shape == [2, 3, 4])
    #expect(tensor.strides == [1, 2, 6])
    #expect(try elements(fortran, "") == floats((0..<24).map(Float.init)))
    let big = try Checkpoint.open(Fixtures.path("numpy/big-endian.npy"))
    #expect(try elements(big, "") == floats([0, 1, 2, 3, 4, 5]))
    let complex = try Checkpoint.open(Fixtures.path("numpy/big-endian-complex.npy"))
    #expect(try elements(complex, "") == floats([0, 1, 1, 1]))
  }

  @Test(arguments: NPYType.allCases) func `every type is PyTorch's of that name`(_ type: NPYType) throws {
    let document = try Checkpoint.open(Fixtures.path("numpy/\(type.rawValue).npy"))
    guard case .tensor(let tensor) = document[document.root] else {
      throw CheckpointError(.corrupt, "no tensor")
    }
    #expect(tensor.dtype.rawValue == "\(type)")
    #expect(tensor.shape == [2, 3])
  }

  @Test(arguments: [
    ("objects", "an array of Python objects: a pickle, which is never opened here"),
    ("text", "element type '<U2' (text) is not read"),
    ("dates", "element type '<M8[D]' (dates and times) is not read"),
    ("records", "a record array, with named columns, is not read"),
  ]) func `what no tensor holds is refused by file and member`(_ name: String, _ reason: String) throws {
    let bytes = try Fixtures.bytes("numpy/\(name).npy")
    let alone = #expect(throws: CheckpointError(.unsupported, "")) {
      try Checkpoint.open(Fixtures.path("numpy/\(name).npy"))
    }
    #expect(alone?.reason == reason)
    let (folder, path) = try archive([
      ("fine.npy", npy("{'descr': '|i1', 'fortran_order': False, 'shape': ()}", 1)), ("x.npy", bytes),
    ])
    defer { withExtendedLifetime(folder) {} }
    let error = #expect(throws: CheckpointError(.unsupported, "")) { try Checkpoint.open(path) }
    #expect(error?.reason == reason)
    #expect(error?.location.file == path)
    #expect(error?.location.member == "x.npy")
  }

  @Test(arguments: [
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 8), }", 8, "limit"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }", 8, "corrupt"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 8, "corrupt"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", 8, "corrupt"),
    ("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}", 8, "corrupt"),
    ("__import__('os').system('true')", 8, "corrupt"),
  ]) func `a forged header is told before anything is allocated`(
    _ header: String, _ count: Int, _ code: String
  ) throws {
    let (folder, path) = try archive([("x.npy", npy(header, count))])
    defer { withExtendedLifetime(folder) {} }
    let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(path) }
    #expect(error?.code.word == code)
    #expect(error?.location.member == "x.npy")
  }

  @Test func `a member that claims more than deflate can make of it is refused`() throws {
    let folder = try TemporaryFolder()
    try File.write(Fixtures.bytes("numpy/deflated.npz"), to: folder("a.npz"))
    var bytes = try File.bytes(at: folder("a.npz"))
    // The first entry of the central directory: its size field, 24 bytes in.
    let entry = try #require(
      bytes.indices.dropLast(4).first { Array(bytes[$0..<$0 + 4]) == [0x50, 0x4B, 1, 2] })
    bytes.replaceSubrange(entry + 24..<entry + 28, with: [0, 0, 0, 0x70])
    try File.write(bytes, to: folder("a.npz"))
    let error = #expect(throws: CheckpointError(.corrupt, "")) { try Checkpoint.open(folder("a.npz")) }
    #expect(error?.location.member == "first.npy")
  }

  @Test func `a long bomb costs its header alone, and what it unpacks to is read in pieces`() throws {
    let folder = try TemporaryFolder()
    // 64 MiB of zeros deflate to 64 KiB.
    let zeros = PlannedBytes([UInt8](repeating: 0, count: 1 << 26))
    var member = PlannedBytes(NPYHeader.encode(.uint8, shape: [1 << 26]))
    member.pieces.append(.init(source: zeros.pieces[0].source, range: 0..<1 << 26, start: member.byteCount))
    member.byteCount += 1 << 26
    let output = try OutputFile(folder("a.npz"), replacing: false, inputs: [])
    _ = try LibZipWriter.write(
      [.init(name: "x.npy", bytes: member)], deflated: true, to: output, at: 0, onBytes: { _ in })
    try output.commit()
    let document = try Checkpoint.open(folder("a.npz"))
    let tensor = try #require(try tensors(document).first).tensor
    var (total, largest) = (0, 0)
    try document[tensor.storage].bytes.forEachChunk(of: 0..<1 << 26) { chunk in
      total += chunk.byteCount
      largest = max(largest, chunk.byteCount)
    }
    #expect(total == 1 << 26)
    #expect(largest <= ByteSource.chunkSize)
  }

  @Test func `upper and lower case are two arrays, and a member that is no array is named`() throws {
    let one = npy("{'descr': '|i1', 'fortran_order': False, 'shape': ()}", 1)
    let (folder, path) = try archive([("W.npy", one), ("w.npy", one)])
    defer { withExtendedLifetime(folder) {} }
    #expect(try tensors(Checkpoint.open(path)).map(\.path) == ["W", "w"])
    let (other, mixed) = try archive([("W.npy", one), ("readme.txt", [1])])
    defer { withExtendedLifetime(other) {} }
    let error = #expect(throws: CheckpointError.self) { try Checkpoint.open(mixed) }
    #expect(error?.code == .corrupt || error?.code == .unsupported)
  }

  @Test func `elements stay whole where a compressed header's length is odd`() throws {
    let folder = try TemporaryFolder()
    let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (300000,), }"
    let data = (0..<2_400_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let bytes = PlannedBytes(Array(npy(text, 0)) + data)
    #expect(npy(text, 0).count % 8 != 0)
    let output = try OutputFile(folder("a.npz"), replacing: false, inputs: [])
    _ = try LibZipWriter.write(
      [.init(name: "x.npy", bytes: bytes)], deflated: true, to: output, at: 0, onBytes: { _ in })
    try output.commit()
    let document = try Checkpoint.open(folder("a.npz"))
    let source = document.storages[0].bytes
    var read: [UInt8] = []
    var sizes: [Int] = []
    try source.forEachChunk(of: 0..<data.count) { chunk in
      sizes.append(chunk.byteCount)
      unsafe chunk.withUnsafeBytes { unsafe read.append(contentsOf: $0) }
    }
    #expect(read == data)
    #expect(sizes.dropLast().allSatisfy { $0 % 16 == 0 })
    #expect(try source.read(1001..<1_500_003) == Array(data[1001..<1_500_003]))
  }
}
