// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Metadata that lies about sound files, and is found out.
@Suite struct ForgedMetadataTests {
  private typealias Chunk = DistributedMetadata.Chunk
  private typealias Blob = DistributedMetadata.Blob
  private typealias Index = DistributedMetadata.Index

  /// One torch zip: float32 [2, 3].
  private static func archive() throws -> [UInt8] {
    let folder = try TemporaryFolder()
    var document = Document()
    let storage = document.add(
      Storage(name: "data/0", byteCount: 24, bytes: .memory((0..<24).map { UInt8($0) })))
    document.root = document.add(.tensor(TensorRecord(dtype: .float32, shape: [2, 3], storage: storage)))
    try OutputPlan(document).write(to: folder("a.pth"))
    return try File.bytes(at: folder("a.pth"))
  }

  /// A folder of two archives in a file, and metadata of one tensor [4, 3] in two chunks, changed as told.
  private struct Forgery {
    var shape = [4, 3]
    var dtype = DType.float32
    var chunks = [Chunk(offsets: [0, 0], sizes: [2, 3]), Chunk(offsets: [2, 0], sizes: [2, 3])]
    var entries: [DistributedEncoder.Entry] = []
    var blobs: [(index: Index, blob: Blob)] = []
    var isValue = false
    var splice: ([UInt8]) -> [UInt8] = { $0 }

    let folder: TemporaryFolder
    let length: Int

    init() throws {
      folder = try TemporaryFolder()
      let archive = try archive()
      length = archive.count
      try File.write(archive + archive, to: folder("__0_0.distcp"))
      for (number, chunk) in chunks.enumerated() {
        let blob = Blob(file: "__0_0.distcp", range: number * length..<(number + 1) * length)
        blobs.append((Index(name: "w", offset: chunk.offsets), blob))
      }
    }

    func open() -> CheckpointError? {
      let tensor = DistributedEncoder.Tensor(
        dtype: dtype, shape: shape, strides: TensorRecord.contiguousStrides(shape), chunks: chunks)
      let own = DistributedEncoder.Entry(name: "w", path: [.key("w")], tensor: isValue ? nil : tensor)
      do {
        try File.write(
          splice(DistributedEncoder.encode([own] + entries, blobs: blobs)), to: folder(".metadata"))
        _ = try Checkpoint.open(folder.path)
      } catch { return error as? CheckpointError }
      return nil
    }
  }

  private func check(
    _ code: CheckpointError.Code, _ reason: String, file: String = "__0_0.distcp",
    _ change: (inout Forgery) -> Void
  ) throws {
    var forgery = try Forgery()
    change(&forgery)
    let error = try #require(forgery.open())
    #expect(error.code == code, "\(error)")
    #expect(error.reason.contains(reason), "\(error.reason)")
    #expect(error.location.file == forgery.folder(file))
  }

  @Test func `what is forged below is sound as it is`() throws {
    let forgery = try Forgery()
    #expect(forgery.open() == nil)
    let document = try Checkpoint.open(forgery.folder.path)
    let listing = try document.listing(hashing: true)
    #expect(listing.tensors.map(\.shape) == [[4, 3]])
    let bytes = try document.storages[0].bytes.read(0..<48)
    #expect(bytes == (0..<48).map { UInt8($0 % 24) })
  }

  @Test func `runs that lie elsewhere`() throws {
    try check(.corrupt, "no torch zip begins") { $0.blobs[1].blob.range = $0.length + 1..<2 * $0.length }
    try check(.corrupt, "end record") { $0.blobs[0].blob.range = 0..<$0.length - 1 }
    try check(.corrupt, "reach past the end of the file") { $0.blobs[0].blob.range = 0..<3 * $0.length }
    try check(.corrupt, "reach past the end of the file") {
      $0.blobs[0].blob.range = Int.max - 9..<Int.max
    }
    try check(.corrupt, "no torch zip begins") { $0.blobs[0].blob.range = 0..<0 }
    // Two archives as one: bytes stand before the first member of the second.
    try check(.corrupt, "") { $0.blobs[0].blob.range = 0..<2 * $0.length }
    try check(.corrupt, "`storage_data` does not say where its chunk at [2, 0] lies", file: ".metadata") {
      $0.blobs.removeLast()
    }
    try check(.corrupt, "places one chunk twice", file: ".metadata") { $0.blobs.append($0.blobs[0]) }
  }

  @Test(arguments: ["../__0_0.distcp", "/etc/passwd", "..", ".", "", "a/b", "a\0b"])
  func `names that lead out of the folder`(name: String) throws {
    try check(.corrupt, "which is no name in the folder", file: ".metadata") {
      $0.blobs[0].blob.file = Text(name)
    }
  }

  @Test func `a file that is not there`() throws {
    try check(.unreadable, "this file is missing", file: "__9_0.distcp") {
      $0.blobs[0].blob.file = "__9_0.distcp"
    }
  }

  @Test func `another data type or shape than the bytes have`() throws {
    try check(.corrupt, "its bytes hold float32 [2, 3], but .metadata says int32 [2, 3]") {
      $0.dtype = .int32
    }
    try check(.corrupt, "but .metadata says float32 [3, 2]") {
      $0.shape = [6, 2]
      $0.chunks = [Chunk(offsets: [0, 0], sizes: [3, 2]), Chunk(offsets: [3, 0], sizes: [3, 2])]
      $0.blobs[1].index.offset = [3, 0]
    }
  }

  @Test func `chunks that do not fill the tensor`() throws {
    try check(.corrupt, "6 of 12 elements", file: ".metadata") { $0.chunks.removeLast() }
    try check(.corrupt, "overlap", file: ".metadata") { $0.chunks[1].offsets = [1, 0] }
    try check(.corrupt, "reaches past the tensor", file: ".metadata") { $0.shape = [3, 3] }
    try check(.corrupt, "more bytes than 64 bits count", file: ".metadata") { $0.shape = [1 << 40, 1 << 40] }
    try check(.corrupt, "a part is missing", file: ".metadata") { $0.shape = [1 << 40, 3] }
  }

  @Test func `paths that cannot all be`() throws {
    let value = DistributedEncoder.Entry(name: "v", path: [.key("w"), .key("v")])
    let blob: (index: Index, blob: Blob) = (Index(name: "v"), Blob(file: "__0_0.distcp", range: 0..<0))
    func with(_ path: [DistributedMetadata.Step], _ reason: String, _ code: CheckpointError.Code) throws {
      try check(code, reason, file: ".metadata") {
        var entry = value
        entry.path = path
        $0.entries = [entry]
        $0.blobs.append((blob.index, Blob(file: "__0_0.distcp", range: 0..<$0.length)))
      }
    }
    try with([.key("w"), .key("v")], "is taken by another item", .corrupt)
    try with([.key("w")], "is taken by another item", .corrupt)
    try with([.index(0)], "is taken by another item", .corrupt)
    try with([.key("l"), .index(1 << 40)], "asks for place", .limit)
  }

  @Test func `a place in a list that nothing fills is None`() throws {
    var forgery = try Forgery()
    forgery.entries = [.init(name: "l", path: [.key("l"), .index(2)])]
    forgery.blobs.append((Index(name: "l"), Blob(file: "__0_0.distcp", range: 0..<forgery.length)))
    #expect(forgery.open() == nil)
    let document = try Checkpoint.open(forgery.folder.path)
    let list = try #require(document.node(at: ValuePath("l")))
    #expect(document.children(of: list).map { document.typeName($0.node) } == ["None", "None", "Tensor"])
  }

  private static func replace(_ old: String, _ new: String) -> ([UInt8]) -> [UInt8] {
    { bytes in
      let (old, new) = (Array(old.utf8), Array(new.utf8))
      guard let at = bytes.indices.first(where: { bytes[$0...].starts(with: old) }) else { return [] }
      return Array(bytes[..<at]) + new + Array(bytes[(at + old.count)...])
    }
  }

  @Test func `another version, another class, transformed bytes`() throws {
    try check(.unsupported, "its version is \"2.0.0\"", file: ".metadata") {
      $0.splice = Self.replace("1.0.0", "2.0.0")
    }
    try check(.corrupt, "where a `TensorStorageMetadata` should be", file: ".metadata") {
      $0.splice = Self.replace("\nTensorStorageMetadata\n", "\nTensorStorageMetadatb\n")
    }
    try check(.corrupt, "where a `Metadata` should be", file: ".metadata") {
      $0.splice = Self.replace("ctorch.distributed.checkpoint.metadata\nMetadata\n", "cos\nsystem\n")
    }
    try check(.unsupported, "an extension of the writer: zstd", file: ".metadata") {
      // Another field of the first `_StorageInfo`: a list of one word.
      let field = "X\u{15}\0\0\0transform_descriptors](X\u{4}\0\0\0zstde"
      $0.splice = Self.replace("X\u{d}\0\0\0relative_path", field + "X\u{d}\0\0\0relative_path")
    }
  }

  @Test func `a chunk that is no tensor`() throws {
    let folder = try TemporaryFolder()
    var document = Document()
    document.root = document.add(.string("text"))
    try OutputPlan(document).write(to: folder("a.pth"))
    let bytes = try File.bytes(at: folder("a.pth"))
    try check(.unsupported, "its bytes hold a str, not a plain tensor") {
      try? File.write(bytes + bytes, to: $0.folder("__0_0.distcp"))
      for number in 0..<2 { $0.blobs[number].blob.range = number * bytes.count..<(number + 1) * bytes.count }
    }
  }
}
