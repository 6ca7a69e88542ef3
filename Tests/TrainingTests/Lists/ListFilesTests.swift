// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Every list that people feed the trainer, as editors and other programs leave it: with a mark, with the line ends of
/// Windows and of old Macs, in other encodings.
@Suite struct ListFilesTests {
  static let forms: [(name: String, change: @Sendable (String) -> [UInt8])] = [
    ("plain", { Array($0.utf8) }), ("mark", { [0xEF, 0xBB, 0xBF] + Array($0.utf8) }),
    ("CRLF", { Array($0.replacing("\n", with: "\r\n").utf8) }),
    ("CR", { Array($0.replacing("\n", with: "\r").utf8) }),
    ("all", { [0xEF, 0xBB, 0xBF] + Array($0.replacing("\n", with: "\r\n").utf8) }),
  ]

  /// Reads each list of a folder, and gives what it holds in words.
  static let lists: [(name: String, text: String, read: @Sendable (String) throws -> String)] = [
    (
      "train.csv", "path,spk\n\"a.wav\",anna\nb.wav,ben\n",
      { path in
        let manifest = try Manifest.read(path)
        return
          "\(manifest.labels.names) \(manifest.items.map { FilePath.name(of: $0.path) }) \(manifest.items.map(\.line))"
      }
    ),
    (
      "wav.scp", "u1 a.wav\nu2 b.wav\n",
      { path in "\(try Manifest.read(path, labels: .optional).items.map { FilePath.name(of: $0.path) })" }
    ),
    (
      "trials", "a b 1\nc d nontarget\n",
      { path in "\(try TrialList(TextFile(path: path, limit: 99)).trials)" }
    ),
    ("order", "0 2\n1\n", { path in "\(try OrderFile(path).rows)" }),
    ("order.json", "[[1,\n[1, 0]]]\n", { path in "\(try OrderFile(path).rows)" }),
    ("scores", "a b target 0.5\nc d 0 -1\n", { path in "\(try ScoreFile(path).scores)" }),
    (
      "noises.txt", "a.wav\n b b.wav \n",
      { path in "\(try Manifest.paths(path).items.map { FilePath.name(of: $0.path) })" }
    ),
    (
      "label_map.json", "{\"labels\": {\"a\": 0,\n\"b\": 1}, \"schema\": 1}\n",
      { path in "\(try LabelMap(json: File.bytes(at: path)).names)" }
    ),
    (
      "conf.yaml", "batch_size: 7 # few\noptimizer:\n  args:\n    lr: 1e-3\n",
      { path in
        var options = FinetuneOptions(backbone: "b", data: "d", output: "o")
        try options.take(TrainingRecipe(YAMLValue(TextFile(path: path, limit: 999))))
        return "\(options.batchSize) \(options.learningRate)"
      }
    ),
  ]

  @Test(arguments: 0..<9) func `a list says the same with a mark and with any line ends`(_ index: Int) throws
  {
    let list = Self.lists[index]
    let folder = try TemporaryFolder()
    var wanted: String?
    for form in Self.forms {
      try File.write(form.change(list.text), to: folder(list.name))
      let found = try list.read(folder(list.name))
      #expect(found == wanted ?? found, "\(list.name), \(form.name)")
      wanted = found
    }
  }

  @Test(arguments: 0..<9) func `a list in UTF-16 says so, and how to mend it`(_ index: Int) throws {
    let list = Self.lists[index]
    let folder = try TemporaryFolder()
    try File.write(
      [0xFF, 0xFE] + list.text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, to: folder(list.name))
    let error = #expect(throws: CheckpointError.self) { _ = try list.read(folder(list.name)) }
    #expect(error?.reason == "the bytes are not UTF-8; they look like UTF-16")
    #expect(error?.hint?.hasPrefix("`iconv -f UTF-16 -t UTF-8 ") == true)
  }

  @Test func `a csv of GBK is told its encoding, not to quote its fields`() throws {
    let folder = try TemporaryFolder()
    // `path,spk`, then `a.wav,` and a name whose second character ends in the byte of a bar.
    try File.write(
      Array("path,spk\na.wav,".utf8) + [0xD5, 0xC5, 0xCE, 0xB0] + Array("\nb.wav,".utf8) + [
        0xCD, 0xF5, 0xB7, 0xBC, 0x0A,
      ],
      to: folder("a.csv"))
    let error = #expect(throws: CheckpointError.self) { try Manifest.read(folder("a.csv")) }
    #expect(error?.reason == "the bytes are not UTF-8; they look like GBK")
    #expect(error?.location == .init(file: folder("a.csv"), member: "line 2", byte: 15))
    #expect(
      error?.hint == "`iconv -f GBK -t UTF-8 \(folder("a.csv")) > \(folder("a.utf8.csv"))`")
  }

  @Test func `blanks behind commas are passed over, as upstream's csv reader does`() throws {
    let rows = try CSVReaderTests.rows(" path, spk\n a.wav,  \"Ann, B\"\nb.wav,Ann  \n")
    #expect(rows.map(\.fields) == [["path", "spk"], ["a.wav", "Ann, B"], ["b.wav", "Ann  "]])
  }

  @Test func `white space of any script parts the columns of a table`() throws {
    let folder = try TemporaryFolder()
    try File.write(Array("u1\u{3000}a.wav\nu2\u{a0}\u{2003}b.wav\n".utf8), to: folder("wav.scp"))
    try File.write(Array("u1 x\nu2\u{3000}y\n".utf8), to: folder("utt2spk"))
    let manifest = try Manifest.read(folder("wav.scp"))
    #expect(manifest.labels.names == ["x", "y"])
    #expect(manifest.items.map { FilePath.name(of: $0.path) } == ["a.wav", "b.wav"])
    // U+2028 and a form feed are no line ends, as for Python's `open`.
    #expect(try TrialTests.list("a\u{2028}b 1\nc\u{c}d 0\n").trials.map(\.line) == [1, 2])
  }
}
