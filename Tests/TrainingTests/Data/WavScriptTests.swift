// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

struct WavScriptTests {
  /// Writes a `wav.scp`, and `utt2spk` where there is one, and reads them.
  static func read(
    _ script: String, _ speakers: String? = nil, labels: Manifest.Labels = .required, named: String? = nil
  ) throws -> (manifest: Manifest, folder: String) {
    try Fixtures.withFolder { folder throws in
      try script.write(toFile: folder + "/wav.scp", atomically: true, encoding: .utf8)
      let table = named ?? "utt2spk"
      if let speakers {
        try speakers.write(toFile: folder + "/" + table, atomically: true, encoding: .utf8)
      }
      let manifest = try Manifest.read(
        folder + "/wav.scp", labels: labels, utt2spk: named.map { folder + "/" + $0 })
      return (manifest, folder)
    }
  }

  @Test func `two columns, speakers from the table beside it, by first appearance`() throws {
    let (manifest, folder) = try Self.read(
      "u2 \t b.wav\r\n\nu1  /abs/a.wav\n u3 c.flac", "u1 zoe\nu3\tadam\nu2 adam\nunused eve\n")
    #expect(manifest.items.map(\.path) == [folder + "/b.wav", "/abs/a.wav", folder + "/c.flac"])
    #expect(manifest.items.map(\.label) == [0, 1, 0])
    #expect(manifest.items.map(\.line) == [1, 3, 4])
    #expect(manifest.labels.names == ["adam", "zoe"])
  }

  @Test func `another table can be named, and none is needed where speakers are optional`() throws {
    #expect(try Self.read("u a.wav", "u x", named: "speakers").manifest.labels.names == ["x"])
    #expect(try Self.read("u a.wav", labels: .optional).manifest.items.map(\.label) == [nil])
    #expect(try Self.read("u a.wav", "u x", labels: .optional).manifest.items.map(\.label) == [0])
  }

  @Test(
    arguments: [
      (
        "u a.wav\nv\n", "u x", "corrupt", "wav.scp", "line 2",
        "the line has 1 fields; an utterance and a file"
      ),
      ("u a b.wav", "u x", "corrupt", "wav.scp", "line 1", "the line has 3 fields; an utterance and a file"),
      (
        "u a.wav\nu b.wav", "u x", "collision", "wav.scp", "line 2",
        "the utterance u stands on line 1 already"
      ),
      ("u sph2pipe -f wav a.sph |", "u x", "unsupported", "wav.scp", "line 1", "a command stands in place"),
      ("u cat|", "u x", "unsupported", "wav.scp", "line 1", "a command stands in place"),
      ("\n \n", "u x", "empty-result", "wav.scp", nil, "the file holds no line"),
      ("u a.wav\nv b.wav", "u x", "misfit", "wav.scp", "line 2", "the utterance v has no speaker"),
      ("u a.wav", nil, "misfit", "wav.scp", nil, "there are no speakers: no utt2spk lies beside it"),
      (
        "u a.wav", "u x y", "corrupt", "utt2spk", "line 1",
        "the line has 3 fields; an utterance and a speaker"
      ),
      ("u a.wav", "u x\nu y", "collision", "utt2spk", "line 2", "the utterance u stands on line 1 already"),
    ] as [(String, String?, String, String, Text?, String)])
  func `each wrong table says what and where`(
    script: String, speakers: String?, code: String, file: String, line: Text?, reason: String
  ) {
    let error = #expect(throws: CheckpointError.self) { try Self.read(script, speakers) }
    #expect(error?.code.word == code)
    #expect(error?.location.file?.hasSuffix("/" + file) == true)
    #expect(error?.location.member == line)
    #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
  }

  @Test func `bytes that are no text, and options of the other form, are refused`() throws {
    try Fixtures.withFolder { folder throws in
      try Data([0x75, 0x20, 0x61, 0x0A, 0x76, 0x20, 0xFF]).write(
        to: URL(fileURLWithPath: folder + "/wav.scp"))
      let error = #expect(throws: CheckpointError.self) { try Manifest.read(folder + "/wav.scp") }
      #expect(error?.location == .init(file: folder + "/wav.scp", member: "line 2", byte: 6))
      #expect(throws: CheckpointError(.wrongWords, "")) {
        try Manifest.read(folder + "/wav.scp", labelColumn: "x")
      }
      #expect(throws: CheckpointError(.wrongWords, "")) { try Manifest.read(folder, utt2spk: "x") }
    }
  }

  @Test func `a missing file is named with its line`() throws {
    let (manifest, folder) = try Self.read("u a.wav\nv b.wav", "u x\nv x")
    let error = #expect(throws: CheckpointError.self) { try manifest.checkFiles() }
    #expect(
      error?.location == .init(file: folder + "/wav.scp", member: "line 1", key: folder + "/a.wav"))
    #expect(error?.hint == "paths are relative to the wav.scp's folder")
  }
}
