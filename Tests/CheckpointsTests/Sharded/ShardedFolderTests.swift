// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct ShardedFolderTests {
  private static let sample = Sample.state(
    [
      "z": .view("w", [4]), "a": .tensor([3], .int64), "tied": .view("w", [4]),
      "half": .tensor([2, 2], .float16),
      "one": .tensor([]),
    ], metadata: ["", "z"])

  private func written(
    _ format: OutputPlan.Format, size: Int = 40
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    var options = OutputPlan.Options()
    options.shardSize = size
    try OutputPlan(Self.sample.document, as: format, options: options).write(to: folder("out"))
    return folder
  }

  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  @Test(arguments: [OutputPlan.Format.torch, .safetensors])
  func `shards come back as they were, by index and by folder`(format: OutputPlan.Format) throws {
    let folder = try written(format)
    let stem = format == .torch ? "pytorch_model" : "model"
    let suffix = format == .torch ? "bin" : "safetensors"
    #expect(
      try names(folder("out"))
        == [
          "\(stem)-00001-of-00002.\(suffix)", "\(stem)-00002-of-00002.\(suffix)",
          "\(stem).\(suffix).index.json",
        ].sorted())
    try OutputPlan(Self.sample.document).write(to: folder("one.pth"))
    for path in [folder("out"), folder("out") + "/\(stem).\(suffix).index.json"] {
      let document = try Checkpoint.open(path)
      #expect(document.source?.format == (format == .torch ? .shardedTorch : .shardedSafetensors))
      try OutputPlan(document).write(to: folder("again.pth"), replacing: true)
      #expect(try File.bytes(at: folder("one.pth")) == File.bytes(at: folder("again.pth")))
    }
  }

  @Test(arguments: [OutputPlan.Format.torch, .safetensors])
  func `what fits one file has no index, and the folder reads all the same`(format: OutputPlan.Format) throws
  {
    let folder = try written(format, size: 1000)
    #expect(try names(folder("out")) == [format == .torch ? "pytorch_model.bin" : "model.safetensors"])
    #expect(try Checkpoint.open(folder("out")).keys() == ["z", "a", "tied", "half", "one"])
  }

  @Test func `nested documents and leaves have no place in shards`() throws {
    var options = OutputPlan.Options()
    options.shardSize = 10
    let nested = Sample.dict(["model": Self.sample]).document
    for format in [OutputPlan.Format.torch, .safetensors] {
      let error = #expect(throws: CheckpointError(.unrepresentable, "")) {
        try OutputPlan(nested, as: format, options: options)
      }
      #expect(error?.hint == "`resect strip`, or `resect edit` with `take PATH`, first")
    }
    let leaf = Sample.state(["a": .tensor([1]), "extra": .int(3)]).document
    #expect(throws: CheckpointError(.unrepresentable, "")) {
      try OutputPlan(leaf, as: .torch, options: options)
    }
    options.dropsValues = true
    #expect(try OutputPlan(leaf, as: .torch, options: options).summary.droppedValues == ["extra"])
  }

  private func index(_ map: String, metadata: String = #"{"total_size":1}"#) -> [UInt8] {
    Array("{\"metadata\":\(metadata),\"weight_map\":{\(map)}}".utf8)
  }

  /// The error of a folder that holds one shard of the tensor `a`, under the index that is given.
  private func refusal(
    _ index: [UInt8], named name: String = "model.safetensors.index.json"
  ) throws -> CheckpointError? {
    let folder = try TemporaryFolder()
    try File.write(HeaderTests.file("{\(HeaderTests.tensor)}", data: 8), to: folder("a.safetensors"))
    try File.write(index, to: folder(name))
    return #expect(throws: CheckpointError.self) { try Checkpoint.open(folder.path) }
  }

  @Test(arguments: [
    ("/etc/passwd.safetensors", "leads out of the folder"), ("../a.safetensors", "leads out of the folder"),
    ("sub/a.safetensors", "leads out of the folder"), (#"sub\\a.safetensors"#, "leads out of the folder"),
    ("C:a.safetensors", "leads out of the folder"), ("..", "is no file name"), ("", "is no file name"),
    ("a.bin", "is no .safetensors file, as the index's name says"),
    (#"a\u0000.safetensors"#, "has control characters"),
  ]) func `a shard is a file beside the index`(shard: String, fault: String) throws {
    let error = try refusal(index("\"a\":\"\(shard)\""))
    #expect(error?.code == .corrupt)
    #expect(error?.reason.hasSuffix(fault) == true)
    #expect(error?.location.key == "a")
  }

  @Test func `index and shards must agree`() throws {
    #expect(
      try refusal(index(#""a":"b.safetensors""#))?.reason
        == "the index names the shard b.safetensors, which is not there")
    #expect(
      try refusal(index(#""a":"a.safetensors","b":"a.safetensors""#))?.reason
        == "the index says that it lies here, but it does not")
    #expect(try refusal(index(#""b":"a.safetensors""#))?.reason == "the index does not name it")
    #expect(
      try refusal(index(#""a":"a.safetensors","a":"a.safetensors""#))?.reason == "the index names it twice")
    #expect(try refusal(Array(#"{"metadata":{}}"#.utf8))?.reason == "the index has no `weight_map`")
    #expect(try refusal(Array(#"{"weight_map":{},"weight_map":{}}"#.utf8))?.code == .corrupt)
    #expect(try refusal(Array(#"{"weight_map":{}} x"#.utf8))?.location.byte == 18)
    #expect(try refusal(index(#""a":1"#))?.code == .corrupt)
  }

  @Test func `two indexes, or two single files, need a choice`() throws {
    let folder = try TemporaryFolder()
    try File.write(index(""), to: folder("a.index.json"))
    try File.write(index(""), to: folder("b.index.json"))
    let error = #expect(throws: CheckpointError(.ambiguous, "")) { try Checkpoint.open(folder.path) }
    #expect(error?.reason == "the folder holds a.index.json and b.index.json")
  }

  @Test func `a prefix of an index is refused`() throws {
    let whole = index(#""a":"a.safetensors""#)
    for count in 0..<whole.count { _ = try refusal(Array(whole[..<count])) }
  }

  @Test func `a folder without a checkpoint is a folder`() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: CheckpointError(.unreadable, "")) { try Checkpoint.open(folder.path) }
    #expect(error?.reason == "this is a folder, not a file")
  }
}
