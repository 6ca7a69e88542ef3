// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import TestSupport
import Testing

/// Archives that are sound: what is read from them, in which pieces, and how large they may be.
@Suite struct ZipArchiveTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ bytes: [UInt8]) throws -> ZipDirectory {
    try File.write(bytes, to: folder("file.zip"))
    return try ZipDirectory(InputFile(path: folder("file.zip")))
  }

  @Test(arguments: [
    "od_113.pt", "od_215.pt", "al1_215.pt", "al4096_215.pt", "nocrc_215.pt", "skip_215.pt", "ord113.pt",
    "ord215.pt",
    "rdino-tiny-torch1.13.pth", "rdino-tiny-torch2.15.pth", "sdpn-tiny-torch1.13.pth",
  ])
  func `archives of every torch read whole`(name: String) throws {
    let zip = try ZipDirectory(InputFile(path: Fixtures.path("checkpoints/" + name)))
    for entry in zip.entries {
      #expect(try zip.read(entry).count == entry.size)
      #expect(zip.entry(named: entry.name) == entry)
      if !name.hasPrefix("al1") { #expect(entry.dataRange.lowerBound.isMultiple(of: 64)) }
      // Only these were written without CRCs.
      if entry.crc32 == nil { #expect(name.hasPrefix("nocrc") || name.hasPrefix("skip")) }
    }
    #expect(zip.entry(named: "absent") == nil)
    #expect(try zip.unclaimedRanges() == [])
    #expect(SecondOpinion.complaints(on: zip.file) == [])
  }

  @Test func `bytes between members are found`() throws {
    let zip = try ZipDirectory(InputFile(path: Fixtures.path("hostile/ok-space-between.zip")))
    #expect(try zip.unclaimedRanges() == [139..<154])
    for name in [
      "ok-descriptor", "ok-descriptor-bare", "ok-descriptor-zip64", "ok-padding", "ok-python-deflated",
    ] {
      let zip = try ZipDirectory(InputFile(path: Fixtures.path("hostile/\(name).zip")))
      #expect(try zip.unclaimedRanges() == [])
    }
    var bytes = try Fixtures.bytes("hostile/ok-descriptor.zip")
    // The descriptor of the second member follows its 16 bytes at 82; this is its size.
    bytes[98 + 12] ^= 1
    #expect(throws: CheckpointError(.corrupt, "")) { try open(bytes).unclaimedRanges() }
  }

  @Test(arguments: ["ok-stored", "ok-deflated"])
  func `chunks are any part, in order`(name: String) throws {
    let zip = try ZipDirectory(InputFile(path: Fixtures.path("hostile/\(name).zip")))
    let entry = try #require(zip.entry(named: "a/data/0"))
    let whole = try zip.read(entry)
    for size in [1, 7, 16, 1 << 20] {
      for range in [0..<entry.size, 0..<0, 3..<4, 5..<entry.size, 0..<10] {
        var bytes: [UInt8] = []
        try zip.forEachChunk(of: entry, in: range, chunkSize: size) { chunk throws(CheckpointError) in
          #expect((1...size).contains(chunk.byteCount))
          unsafe chunk.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        #expect(bytes == Array(whole[range]))
      }
    }
    #expect(throws: CheckpointError(.corrupt, "")) {
      try zip.forEachChunk(of: entry, in: 0..<entry.size + 1) { _ throws(CheckpointError) in }
    }
    #expect(throws: CheckpointError(.limit, "")) { try zip.read(entry, limit: entry.size - 1) }
  }

  @Test func `an error of the visitor stops the reading`() throws {
    for name in ["ok-stored", "ok-deflated"] {
      let zip = try ZipDirectory(InputFile(path: Fixtures.path("hostile/\(name).zip")))
      let entry = try #require(zip.entry(named: "a/data/0"))
      var visits = 0
      #expect(throws: CheckpointError(.overflow, "")) {
        try zip.forEachChunk(of: entry, chunkSize: 4) { _ throws(CheckpointError) in
          visits += 1
          throw CheckpointError(.overflow, "enough")
        }
      }
      #expect(visits == 1)
      // The archive is as good as before.
      #expect(try zip.read(entry).count == entry.size)
    }
  }

  @Test func `two members may be read at once, from many threads`() async throws {
    let zip = try ZipDirectory(InputFile(path: Fixtures.path("hostile/ok-deflated.zip")))
    let entry = try #require(zip.entry(named: "a/data/0"))
    let whole = try zip.read(entry)
    try zip.forEachChunk(of: entry, chunkSize: 100) { _ throws(CheckpointError) in
      let inner = try zip.read(entry)
      #expect(inner == whole)
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<16 { group.addTask { try zip.read(entry) == whole } }
      for try await same in group { #expect(same) }
    }
  }

  @Test func `names that look alike are two`() throws {
    // One accented letter, composed and decomposed: equal as Swift strings.
    let composed = "a/\u{E9}"
    let decomposed = "a/e\u{301}"
    let zip = try open(ZipBuilder.archive([(composed, [1]), (decomposed, [2])]))
    #expect(try zip.entry(named: Text(composed)).map { try zip.read($0) } == [1])
    #expect(try zip.entry(named: Text(decomposed)).map { try zip.read($0) } == [2])
  }

  @Test func `more members than 16 bits count`() throws {
    let zip = try open(ZipBuilder.archive((0..<70_000).map { ("a/data/\($0)", [UInt8($0 & 255)]) }))
    #expect(zip.entries.count == 70_000)
    #expect(try zip.entry(named: "a/data/69999").map { try zip.read($0) } == [UInt8(69_999 & 255)])
  }

  @Test func `members beyond 4 GiB`() throws {
    // As torch lays them out: sizes 0 in the local header, a zip64 field with a compressed size of 0.
    let hole = 5 << 30
    let path = folder("large.zip")
    let descriptor = try Kernel.create(path)
    defer { Kernel.close(descriptor) }
    let (head, tail) = ZipBuilder.large(hole: hole)
    try File.write(head, to: folder("head"))
    try File.write(tail, to: folder("tail"))
    try Kernel.truncate(descriptor, to: head.count + hole, path)
    for (part, offset) in [("head", 0), ("tail", head.count + hole)] {
      let input = try InputFile(path: folder(part))
      let bytes = try input.read(0..<input.size)
      #expect(unsafe pwrite(descriptor, bytes, bytes.count, offset) == bytes.count)
    }
    let zip = try ZipDirectory(InputFile(path: path))
    #expect(zip.entries.map(\.name) == ["a/data/0", "a/version"])
    #expect(zip.entries[0].size == hole)
    #expect(zip.entries[0].crc32 == nil)
    #expect(try zip.read(zip.entries[1]) == Array("3\n".utf8))
    var last = 0
    try zip.forEachChunk(of: zip.entries[0], in: hole - 10..<hole) { chunk throws(CheckpointError) in
      last += chunk.byteCount
    }
    #expect(last == 10)
    #expect(throws: CheckpointError(.limit, "")) { try zip.read(zip.entries[0]) }
    #expect(try zip.unclaimedRanges() == [])
  }
}
