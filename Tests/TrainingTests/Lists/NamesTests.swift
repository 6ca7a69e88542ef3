// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Names in lists are compared by bytes, as Python and file systems compare them: `é` and `e` with an accent are two.
@Suite struct NamesTests {
  static let composed: Text = "ren\u{e9}"
  static let decomposed: Text = "rene\u{301}"

  @Test func `two speakers that look alike stay two, in a csv, in utt2spk and as folders`() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (Self.composed.shown, Self.decomposed.shown)
    try File.write(Array("path,spk\na.wav,\(one)\nb.wav,\(two)\nc.wav,\(one)\n".utf8), to: folder("a.csv"))
    let csv = try Manifest.read(folder("a.csv"))
    #expect(csv.labels.names == [Self.composed, Self.decomposed])
    #expect(csv.items.map(\.label) == [0, 1, 0])

    try File.write(Array("\(one) a.wav\n\(two) b.wav\n".utf8), to: folder("wav.scp"))
    try File.write(Array("\(two) \(two)\n\(one) \(one)\n".utf8), to: folder("utt2spk"))
    let script = try Manifest.read(folder("wav.scp"))
    #expect(script.labels.names == [Self.composed, Self.decomposed])
    #expect(script.items.map(\.label) == [0, 1])

    let speech = folder("speech")
    for name in [one, two] {
      try FileSystem.makeFolders("\(speech)/\(name)")
      try File.write([], to: "\(speech)/\(name)/\u{301}.wav")
    }
    let folders = try Manifest.read(speech)
    #expect(folders.labels.names == [Self.decomposed, Self.composed])
    #expect(folders.items.map { Text($0.path) } == [two, one].map { Text("\(speech)/\($0)/\u{301}.wav") })
  }

  @Test func `a label map keeps names that look alike, and reads them back`() throws {
    var map = LabelMap()
    for name in [Self.decomposed, Self.composed, "\u{2126}", "\u{3a9}", "\"a\\\t"] { _ = map.add(name) }
    #expect(map.count == 5)
    let again = try LabelMap(json: map.json())
    #expect(again == map)
    #expect(again.names == map.names)
    #expect(try LabelMap(json: [0xEF, 0xBB, 0xBF] + map.json()) == map)
    // A run's fingerprint is taken of these bytes: they stay.
    var plain = LabelMap()
    for name in ["zoe", "a/b"] as [Text] { _ = plain.add(name) }
    #expect(
      String(decoding: try plain.json(), as: UTF8.self)
        == "{\n  \"labels\" : {\n    \"a/b\" : 1,\n    \"zoe\" : 0\n  },\n  \"schema\" : 1\n}\n")
  }

  @Test func `two recordings that look alike keep an embedding each, in every file`() throws {
    let folder = try TemporaryFolder()
    var embeddings = Embeddings()
    try embeddings.add([1, 2], named: Self.composed)
    try embeddings.add([3, 4], named: Self.decomposed)
    for name in ["e.npz", "e.ark"] {
      try embeddings.write(folder(name), replacing: false)
      #expect(try Embeddings(folder(name)) == embeddings)
    }
    #expect(try Embeddings(folder("e.scp")) == embeddings)
    let (one, two) = (Self.composed, Self.decomposed)
    let trials = try TrialTests.list("\(one) \(two) 1\n\(two) \(two) 0\n")
    let cosine = CosineScoring.cosine([1, 2], [3, 4])
    #expect(try CosineScoring.scores(trials, embeddings) == [cosine, 1])
    #expect(embeddings.name(for: Text("a/\(two).wav")) == two)
  }

  @Test(
    arguments: [
      (["Ann", "Ben", "Ann  "], "`Ann` and `Ann  ` are two speakers: the names differ in white space alone"),
      (
        ["A B", "A\u{a0}B", "A  B"],
        "`A B` and `A\u{a0}B` are two speakers: the names differ in white space alone; 1 more such name"
      ),
      (["ann", "Ann"], "`ann` and `Ann` are two speakers: the names differ in upper and lower case alone"),
      (
        ["Ann", "An\u{200b}n"],
        "`Ann` and `An\\u{200b}n` are two speakers: the names differ in characters that are not seen alone"
      ),
      (
        ["\u{e9}", "e\u{301}"],
        "`\u{e9}` and `e\u{301}` are two speakers: the names differ in how their accents are written (Unicode's NFC and NFD) alone"
      ),
      (["Ann", "Anne", "A nn", ""], nil),
    ] as [([Text], String?)])
  func `speakers that look alike are noted`(names: [Text], note: String?) {
    var map = LabelMap()
    for name in names { _ = map.add(name) }
    #expect(map.count == names.count)
    #expect(map.lookAlikes.map { Text($0) } == note.map { Text($0) })
  }
}
