// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// Folders of which files are cut or gone.
@Suite struct DamagedFolderTests {
  private func copy(_ fixture: String, _ names: [String], to folder: TemporaryFolder) throws {
    for name in names { try File.write(Fixtures.bytes("\(fixture)/\(name)"), to: folder(name)) }
  }

  private static let parts = [".metadata"] + (0..<4).map { "__\($0)_0.distcp" }

  @Test func `a distributed checkpoint with a cut part`() throws {
    let (folder, out) = (try TemporaryFolder(), try TemporaryFolder())
    try copy("dcp/parts", Self.parts, to: folder)
    let (tensors, values) = try Damaged.contents(folder.path)
    let whole = try Fixtures.bytes("dcp/parts/__1_0.distcp")
    for end in stride(from: 0, to: whole.count, by: 512) {
      try File.write(Array(whole[..<end]), to: folder("__1_0.distcp"))
      let report = try Damaged.salvage(folder.path, to: out("o.pth"), tensors, values, "\(end) bytes")
      guard let damage = report?.damage else { continue }
      #expect(damage.missingBytes == whole.count - end)
      if end < 4096 { #expect(!damage.lost.isEmpty) }
    }
  }

  @Test func `a distributed checkpoint without a part`() throws {
    let (folder, out) = (try TemporaryFolder(), try TemporaryFolder())
    try copy("dcp/parts", Self.parts, to: folder)
    let (tensors, values) = try Damaged.contents(folder.path)
    try Kernel.unlink(folder("__2_0.distcp"))
    let report = try #require(try Damaged.salvage(folder.path, to: out("o.pth"), tensors, values, "no part"))
    #expect(report.damage?.missingBytes == (try Fixtures.bytes("dcp/parts/__2_0.distcp")).count)
    #expect(report.damage?.lost.allSatisfy { $0.dtype != nil && $0.shape != nil } == true)
  }

  @Test(arguments: [OutputPlan.Format.torch, .safetensors])
  func `shards of which one is gone or cut`(_ format: OutputPlan.Format) throws {
    let (folder, out) = (try TemporaryFolder(), try TemporaryFolder())
    var document = try Checkpoint.open(Fixtures.path("checkpoints/rdino-tiny-torch1.13.pth"))
    try document.edit("take teacher")
    var options = OutputPlan.Options(dropsValues: true)
    options.shardSize = 40_000
    try OutputPlan(document, as: format, options: options).write(to: folder("m"))
    let (tensors, values) = try Damaged.contents(folder("m"))
    let shards = try InputFolder(folder("m")).names.filter { !$0.hasSuffix(".json") }
    #expect(shards.count > 1)
    let shard = folder("m/\(shards[1])")
    let bytes = try File.bytes(at: shard)
    for end in stride(from: 0, to: bytes.count, by: 4096) {
      try File.write(Array(bytes[..<end]), to: shard)
      let report = try #require(
        try Damaged.salvage(folder("m"), to: out("o.pth"), tensors, values, "\(end) bytes"))
      if end < bytes.count / 2 { #expect(report.damage?.lost.isEmpty == false) }
    }
    try Kernel.unlink(shard)
    let report = try #require(try Damaged.salvage(folder("m"), to: out("o.pth"), tensors, values, "no shard"))
    #expect(report.damage?.lost.allSatisfy { $0.reason.contains("\(shards[1])") } == true)
  }

  @Test func `a folder of 3D-Speaker with a cut network`() throws {
    let (folder, out) = (try TemporaryFolder(), try TemporaryFolder())
    try copy(
      "3dspeaker/CKPT-EPOCH-3-00",
      ["CKPT.yaml", "classifier.ckpt", "embedding_model.ckpt", "epoch_counter.ckpt"], to: folder)
    let (tensors, values) = try Damaged.contents(folder.path)
    let bytes = try Fixtures.bytes("3dspeaker/CKPT-EPOCH-3-00/embedding_model.ckpt")
    try File.write(Array(bytes[..<100_000]), to: folder("embedding_model.ckpt"))
    let report = try #require(try Damaged.salvage(folder.path, to: out("o.pth"), tensors, values, "cut"))
    #expect(report.damage?.missingBytes == bytes.count - 100_000)
  }
}
