// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct ThreeDSpeakerFolderTests {
  private static let fixture = "3dspeaker/CKPT-EPOCH-3-00"

  /// A copy of upstream's folder with some files beside, or in place of its own.
  private func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["CKPT.yaml", "classifier.ckpt", "embedding_model.ckpt", "epoch_counter.ckpt"] {
      try File.write(Fixtures.bytes("\(Self.fixture)/\(name)"), to: folder(name))
    }
    for (name, text) in files { try File.write(Array(text.utf8), to: folder(name)) }
    return folder
  }

  private func failure(_ path: String) -> CheckpointError? {
    do throws(CheckpointError) { _ = try Checkpoint.open(path) } catch { return error }
    return nil
  }

  @Test func `upstream's folder is a dict of its files`() throws {
    let document = try Checkpoint.open(Fixtures.path(Self.fixture))
    #expect(document.source?.format == .threeDSpeaker)
    #expect(
      document.children(of: document.root).map(\.component)
        == ["embedding_model", "classifier", "epoch_counter", "CKPT"])
    let listing = try document.listing(hashing: true)
    for stem in ["embedding_model", "classifier"] {
      let alone = try Checkpoint.open(Fixtures.path("\(Self.fixture)/\(stem).ckpt")).listing(hashing: true)
      let here = listing.tensors.filter { $0.path.hasPrefix("\(stem)/") }
      #expect(here.map(\.path) == alone.tensors.map { "\(stem)/\($0.path)" })
      #expect(here.map(\.sha256) == alone.tensors.map(\.sha256))
    }
    #expect(listing.values.map(\.path) == ["epoch_counter", "CKPT/epoch", "CKPT/unixtime"])
    #expect(listing.values.map(\.value) == [.int(3), .int(3), .double(1_795_349_046.595_325_5)])
  }

  @Test func `label encoder and other files are kept`() throws {
    let folder = try folder(["label_map.json": "{}\n", "label_encoder.ckpt": "\u{1}"])
    try File.write(
      [0x80, 4, 0x7D, 0x94, 0x8C, 2] + Array("en".utf8) + [0x94, 0x4B, 0, 0x73, 0x2E],
      to: folder("label_encoder.ckpt"))
    try File.write([0xFF, 0], to: folder("raw.dat"))
    let values = try Checkpoint.open(folder.path).listing().values
    #expect(
      values.map(\.path)
        == ["label_encoder/en", "epoch_counter", "label_map.json", "raw.dat", "CKPT/epoch", "CKPT/unixtime"])
    #expect(values[2].value == .string("{}\n"))
    #expect(values[3].value == .string("ff00"))
  }

  @Test(arguments: [
    ("epoch_counter.ckpt", "three", CheckpointError.Code.unsupported),
    ("label_encoder.ckpt", "\u{1}x", .unsupported), ("CKPT.yaml", "- 1\n", .unsupported),
    ("classifier.ckpt", "PK\u{3}\u{4}", .corrupt),
  ])
  func `a file that is not what it should be is named`(
    name: String, text: String, code: CheckpointError.Code
  ) throws {
    let folder = try folder([name: text])
    let error = try #require(failure(folder.path))
    #expect(error.code == code)
    #expect(error.location.file == folder(name))
  }

  @Test func `a folder inside, and two files of one name, are refused`() throws {
    let inner = try folder([:])
    _ = unsafe mkdir(inner("more"), 0o777)
    #expect(
      failure(inner.path)?.reason == "a folder lies in the checkpoint folder, where upstream writes none")
    let twice = try folder(["classifier": "x"])
    #expect(failure(twice.path)?.code == .collision)
  }

  @Test func `of several checkpoints one must be named, and the newest is the hint`() throws {
    let experiment = try TemporaryFolder()
    _ = unsafe mkdir(experiment("models"), 0o777)
    for (name, time) in [("CKPT-EPOCH-1-00", 30), ("CKPT-EPOCH-2-00", 20)] {
      _ = unsafe mkdir(experiment("models/\(name)"), 0o777)
      try File.write(Array("epoch: 1\nunixtime: \(time)\n".utf8), to: experiment("models/\(name)/CKPT.yaml"))
      if time == 30 { #expect(try Checkpoint.open(experiment.path).source?.file.hasSuffix(name) == true) }
    }
    for path in [experiment.path, experiment("models")] {
      let error = try #require(failure(path))
      #expect(error.code == .ambiguous)
      #expect(error.reason.hasPrefix("it holds 2 checkpoints: "))
      #expect(error.hint == "`\(experiment("models/CKPT-EPOCH-1-00"))`, the newest by unixtime")
    }
  }

  @Test func `a folder of nothing that is known is no checkpoint`() throws {
    let folder = try TemporaryFolder()
    #expect(failure(folder.path)?.reason == "this is a folder, not a file")
  }
}
