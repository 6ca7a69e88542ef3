// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

@Suite struct EnrolmentJobTests {
  private let tiny: TinyBackbone
  private let path: String

  init() throws {
    tiny = try TinyBackbone()
    path = try tiny.write()
  }

  private func enroll(
    _ manifest: Manifest, into: String? = nil, _ rule: DecisionRule = .init(), threads: Int = 1
  ) throws -> (speakers: Speakers, report: EnrolmentReport) {
    try EnrolmentJob(try EmbeddingModel(path, asked: nil), manifest, into: into, rule: rule)
      .run(threads: threads)
  }

  private func file(_ names: String...) -> [String] { names.map { tiny.folder($0) } }

  @Test func `references are what embed gives, whoever is enrolled beside them and by how many threads`()
    throws
  {
    let (speakers, report) = try enroll(Manifest.read(tiny.data))
    let again = try enroll(Manifest.read(tiny.data), threads: 3)
    let embeddings = try EmbeddingJob(model: path, asked: nil, inputs: [tiny.data], names: .stem).run()
    #expect(speakers == again.speakers)
    #expect(speakers.names == ["speaker-0", "speaker-1", "speaker-2"])
    for speaker in 0..<3 {
      let expected = (0..<4).map { embeddings[Text("s\(speaker)-\($0)")] ?? [] }
      #expect(speakers.references(of: Text("speaker-\(speaker)")) == expected)
    }
    #expect(report.speakers.map(\.references) == [4, 4, 4])
    #expect(report.text == "3 speakers, 12 references of 6 values (12 new)\n")
    let digest = SHA256.of(try File.bytes(at: path))
    #expect(speakers.origin == .init(sha256: Text(digest.hexadecimal), frontEnd: "mel"))
  }

  @Test func `speakers are added to those of a file, and to one who is there already`() throws {
    let rule = DecisionRule(0.5, .given, line: .init(scale: 2, offset: 0))
    let first = try enroll(.speaker("anna", file("s0-0.npy")), rule).speakers
    try first.write(to: tiny.folder("old.npz"), replacing: false)
    let more = try enroll(.speaker("anna", file("s0-1.npy", "s0-2.npy")), into: tiny.folder("old.npz"))
    #expect(more.report.speakers.map(\.references) == [3])
    #expect(more.report.speakers.map(\.added) == [2])
    try more.speakers.write(to: tiny.folder("more.npz"), replacing: false)
    let both = try enroll(
      .speaker("ben", file("s1-0.npy")), into: tiny.folder("more.npz"), DecisionRule(0.1, .given))
    #expect(both.speakers.names == ["anna", "ben"])
    // What the old file knows stays, as far as nothing else is said.
    #expect(both.speakers.rule == DecisionRule(0.1, .given, line: rule.line))
    #expect(more.speakers.rule == DecisionRule(0.5, .speakers, line: rule.line))
    var all = Speakers(first.origin)
    for name in ["s0-0", "s0-1", "s0-2"] {
      let vectors = try EmbeddingJob(model: path, asked: nil, inputs: file("\(name).npy"), names: .stem).run()
      try all.add(vectors[Text(name)] ?? [], to: "anna")
    }
    #expect(both.speakers.references(of: "anna") == all.references(of: "anna"))
    #expect(both.speakers.mean(of: "anna") == all.mean(of: "anna"))
  }

  @Test func `another model and another front end are refused`() throws {
    let speakers = try enroll(.speaker("anna", file("s0-0.npy"))).speakers
    try speakers.write(to: tiny.folder("old.npz"), replacing: false)
    let other = try tiny.write { entries in entries.removeLast(0) }
    #expect(other == path)
    var bytes = try File.bytes(at: path)
    try File.write(bytes, to: tiny.folder("copy.pth"))
    // The same bytes under another name are the same model.
    let same = try IdentificationJob(
      model: tiny.folder("copy.pth"), asked: nil, speakers: tiny.folder("old.npz"), inputs: file("s0-1.npy"))
    #expect(same.paths.count == 1)
    bytes = try File.bytes(at: try Fixtures.path("train/no-metadata.pth"))
    try File.write(bytes, to: tiny.folder("other.pth"))
    for speakersFile in ["old.npz"] {
      let error = try #require(throws: CheckpointError.self) {
        try IdentificationJob(
          model: tiny.folder("other.pth"), asked: .mel, speakers: tiny.folder(speakersFile), inputs: [])
      }
      #expect(error.code == .misfit)
      #expect(error.location.file == tiny.folder("old.npz"))
      #expect(error.reason.contains("another model"))
    }
    var fbank = Speakers(.init(sha256: speakers.origin.sha256, frontEnd: "fbank"))
    try fbank.add([1, 2, 3, 4, 5, 6], to: "anna")
    try fbank.write(to: tiny.folder("fbank.npz"), replacing: false)
    for into in [true, false] {
      let error = try #require(throws: CheckpointError.self) {
        if into {
          _ = try enroll(.speaker("ben", file("s1-0.npy")), into: tiny.folder("fbank.npz"))
        } else {
          _ = try IdentificationJob(
            model: path, asked: nil, speakers: tiny.folder("fbank.npz"), inputs: file("s0-1.npy"))
        }
      }
      #expect(error.code == .misfit)
      #expect(error.hint == "`--front-end fbank`")
    }
  }

  @Test func `recordings that say nothing of a voice are refused before the network runs, with how many`()
    throws
  {
    let tone = WAV.tone(300, seconds: 1.5)
    try WAV.write(tone, to: tiny.folder("good.wav"))
    try WAV.write(Array(tone[..<8000]), to: tiny.folder("short.wav"))
    try WAV.write([Int16](repeating: 0, count: 32_000), to: tiny.folder("silent.wav"))
    try WAV.write(tone.map { $0 > 0 ? 32_767 : -32_768 }, to: tiny.folder("clipped.wav"))
    for (name, word) in [("short", "too short: 0.50 s"), ("silent", "silent"), ("clipped", "clipped: 100 %")]
    {
      let error = try #require(throws: CheckpointError.self) {
        try enroll(.speaker("anna", file("good.wav", "\(name).wav")))
      }
      #expect(error.code == .misfit)
      #expect(error.location.file == tiny.folder("\(name).wav"))
      #expect(error.reason.contains(word), "\(error.reason)")
    }
    try File.write(
      Array("path,spk\ngood.wav,a\nshort.wav,a\nsilent.wav,b\n".utf8), to: tiny.folder("list.csv"))
    let error = try #require(throws: CheckpointError.self) {
      try enroll(Manifest.read(tiny.folder("list.csv")))
    }
    #expect(error.location.member == "line 3")
    #expect(error.reason.hasSuffix("; 1 more of 3 recordings are refused too"))
    #expect(try enroll(.speaker("anna", file("good.wav"))).speakers.names == ["anna"])
  }

  @Test func `one recording under two names is noted`() throws {
    try File.write(
      Array("path,spk\ns0-0.npy,anna\ns0-0.npy,ben\ns1-0.npy,cleo\n".utf8), to: tiny.folder("list.csv"))
    let report = try enroll(Manifest.read(tiny.folder("list.csv"))).report
    let found = try #require(report.duplicates.first { $0.new.speaker == "ben" })
    #expect(found.other.speaker == "anna")
    #expect(abs(found.cosine - 1) < 1e-12)
    #expect(report.notes.contains(found.note))
  }

  @Test func `a name that cannot stand in the file is refused with its line`() throws {
    try File.write(Array("path,spk\ns0-0.npy,anna\ns0-1.npy,a/b\n".utf8), to: tiny.folder("list.csv"))
    let error = try #require(throws: CheckpointError.self) {
      try enroll(Manifest.read(tiny.folder("list.csv")))
    }
    #expect(error.code == .unrepresentable)
    #expect(error.location.member == "line 3")
  }

  @Test func `a recording is somebody's above the threshold, and nobody's at it`() throws {
    try enroll(Manifest.read(tiny.data)).speakers.write(to: tiny.folder("s.npz"), replacing: false)
    let job = try IdentificationJob(
      model: path, asked: nil, speakers: tiny.folder("s.npz"), inputs: file("s1-3.npy", "s2-0.npy"))
    let all = try job.run(job.rule(DecisionRule()), top: 3, threads: 1)
    #expect(all.recordings.map(\.known) == [.null, .null])
    #expect(all.recordings.map(\.candidates.count) == [3, 3])
    let best = try #require(all.recordings[0].candidates.first)
    let (at, below) = (DecisionRule(best.score, .given), DecisionRule(best.score.nextDown, .given))
    let nobody = try job.run(job.rule(at), top: 1).recordings[0]
    #expect(nobody.known == .bool(false))
    #expect(nobody.name == .null)
    #expect(nobody.candidates.first?.name == best.name)
    let somebody = try job.run(job.rule(below), top: 1).recordings[0]
    #expect(somebody.known == .bool(true))
    #expect(somebody.name == .string(best.name))
    // The score is the cosine of embed's vector and the mean.
    let speakers = try Speakers(tiny.folder("s.npz"))
    let vectors = try EmbeddingJob(model: path, asked: nil, inputs: file("s1-3.npy"), names: .stem).run()
    #expect(best.score == CosineScoring.cosine(vectors["s1-3"] ?? [], speakers.mean(of: best.name) ?? []))
  }

  @Test func `two recordings are compared by their cosine`() throws {
    let model = try EmbeddingModel(path, asked: nil)
    let (a, b) = (tiny.folder("s0-0.npy"), tiny.folder("s1-1.npy"))
    let line = LogisticCalibration(scale: 3, offset: -1)
    let bare = try ComparisonReport(a, b, model, DecisionRule(), threads: 1)
    #expect(bare.isSame == nil)
    #expect(bare.logOdds == .null)
    let vectors = try EmbeddingJob(model: path, asked: nil, inputs: [a, b], names: .stem).run()
    #expect(bare.score == CosineScoring.cosine(vectors["s0-0"] ?? [], vectors["s1-1"] ?? []))
    let at = try ComparisonReport(a, b, model, DecisionRule(bare.score, .given, line: line), threads: 1)
    #expect(at.verdict == .string("another"))
    #expect(at.logOdds == .double(3 * bare.score - 1))
    #expect(try ComparisonReport(a, a, model, DecisionRule(0.999, .given), threads: 1).isSame == true)
  }

  @Test func `a recording that enroll would refuse is compared, and a note says so`() throws {
    try WAV.write(WAV.tone(300, seconds: 0.5), to: tiny.folder("short.wav"))
    let report = try ComparisonReport(
      tiny.folder("short.wav"), tiny.folder("short.wav"), EmbeddingModel(path, asked: nil), DecisionRule(),
      threads: 1)
    #expect(report.notes.count == 2)
    #expect(report.notes[0].contains("too short: 0.50 s"))
  }
}
