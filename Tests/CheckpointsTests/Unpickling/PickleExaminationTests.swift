// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing

/// Names are told whatever stands around them, and what no checkpoint needs is told beside them.
@Suite struct PickleExaminationTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var bytes: [UInt8]
    var expected: String
    var testDescription: String { expected }

    init(_ bytes: [UInt8], _ expected: String) {
      self.bytes = bytes
      self.expected = expected
    }

    init(_ text: String, _ expected: String) { self.init(Array(text.utf8), expected) }
  }

  static let rows = [
    Row("N.", "stop 2"),
    Row(Pickled.payload + Pickled.text("."), "os.system@0(); stop 20"),
    // Each of the three ways to name, each way to call.
    Row(Pickled.short("os") + Pickled.short("system") + [0x93, 0x29, 0x81, 0x2E], "os.system@12(); stop 16"),
    Row("(S'id'\nios\nsystem\n.", "os.system@7(); stop 19"),
    Row("(cos\nsystem\nVid\no.", "os.system@1(); stop 18"),
    Row(Pickled.text("cos\nsystem\n)}") + [0x92, 0x2E], "os.system@0(); stop 15"),
    // A name that is not called; one that is met twice.
    Row("cos\nsystem\n0cos\nsystem\n.", "os.system@0; stop 24"),
    // What is broken further on hides nothing.
    Row(
      Pickled.payload + [0xFF],
      "os.system@0(); broken: byte 19: byte 0xff is no pickle opcode"),
    Row(
      Pickled.payload + Pickled.text("N}b)Nsg0\n"),
      "os.system@0(); readersDiffer(Checkpoints.ReaderDifference.state)@21; broken: byte 25: GET: memo 0 was never stored"
    ),
    Row(
      Pickled.payload + [0x8C, 9],
      "os.system@0(); cut: byte 19: SHORT_BINUNICODE: 9 bytes should follow, but only 0 do"),
    // What a document could not hold is no reason to stop.
    Row(
      "]NNsN}b(Ne0" + "cos\nsystem\n.",
      "os.system@11; readersDiffer(Checkpoints.ReaderDifference.state)@6; stop 23"),
    Row("I1\n(NNu0" + "cos\nsystem\n.", "os.system@8; stop 20"),
    // Extension codes, persistent ids, buffers.
    Row([0x82, 7, 0x83, 1, 2, 0x2E], "extensionCode(7)@0; extensionCode(513)@2; stop 6"),
    Row("Pkey\nQ.", "stop 7"),
    Row([0x97, 0x98, 0x2E], "outsideBuffer@0; stop 3"),
    // What all of the process shares would be changed.
    Row("cbuiltins\nprint\n}b.", "builtins.print@0; changed(builtins.print)@17; stop 19"),
    Row("csys\nmodules\nVa\nVb\ns.", "sys.modules@0; changed(sys.modules)@19; stop 21"),
    Row("csys\npath\n(Va\ne.", "sys.path@0; changed(sys.path)@14; stop 16"),
    Row("csys\npath\nq\u{1}0h\u{1}(Va\ne.", "sys.path@0; changed(sys.path)@19; stop 21"),
    Row("PA\n}b.", "changedUnknown@4; stop 6"),
    // No name is called.
    Row("ca\nb\n)R)R.", "a.b@0(); calledResult@8; stop 10"),
    Row("PA\n)R.", "calledResult@4; stop 6"),
    Row("N)R.", "broken: byte 2: REDUCE: what is called is no function or class"),
    // A name that comes out of a call, one that a loader's encoding decides, one that is too long.
    Row(
      Pickled.text("cstr\njoin\n)RVsystem\n") + [0x93, 0x2E], "str.join@0(); computedName@20; stop 22"),
    Row(
      Pickled.text("Vos\n") + [0x55, 1, 0xE9, 0x93, 0x2E],
      "os.é@7; readersDiffer(Checkpoints.ReaderDifference.encodedName)@7; stop 9"),
    // Bytes that are loaded.
    Row(
      Pickled.text("ctorch.storage\n_load_from_bytes\n") + [0x43, 2, 1, 2, 0x85, 0x52, 0x2E],
      "torch.storage._load_from_bytes@0(); torch.storage._load_from_bytes loads 34..<36 asTheyAre; stop 39"),
    Row(
      Pickled.text("ctorch.storage\n_load_from_bytes\nc_codecs\nencode\n") + [0x58, 3, 0, 0, 0]
        + "\u{80}a".utf8 + Pickled.text("Vlatin1\n") + [0x86, 0x52, 0x85, 0x52, 0x2E],
      "torch.storage._load_from_bytes@0(); _codecs.encode@32(); torch.storage._load_from_bytes loads 53..<56 letters; stop 69"
    ),
    Row(
      Pickled.text("ctorch.storage\n_load_from_bytes\nNR."),
      "torch.storage._load_from_bytes@0(); readersDiffer(Checkpoints.ReaderDifference.arguments)@33; computedBytes(torch.storage._load_from_bytes)@33; stop 35"
    ),
  ]

  @Test(arguments: rows)
  func `tells what unpickling would do`(row: Row) {
    #expect(PickleExamination(row.bytes).text == row.expected)
  }

  @Test(arguments: [[0x58, 3, 0, 0, 0] + Array("\u{FF}a".utf8), Pickled.text("V\\u00ffa\n")])
  func `letters are turned back into bytes`(letters: [UInt8]) throws {
    let bytes =
      Pickled.text("ctorch.storage\n_load_from_bytes\nc_codecs\nencode\n") + letters
      + Pickled.text("Vlatin1\n") + [0x86, 0x52, 0x85, 0x52, 0x2E]
    let source = ByteSource.memory(bytes)
    let nested = try #require(PickleExamination(source).nested.first).bytes(of: source)
    #expect(try nested.read(0..<nested.byteCount) == [0xFF, 0x61])
  }

  @Test func `persistent ids are told, each once`() {
    let id = Pickled.text("(Vstorage\nctorch\nFloatStorage\nV0\nVcpu\nI4\ntQ0")
    let found = PickleExamination(id + id + Pickled.text("Pkey\n."))
    let parts: [[PersistentID.Part]] = [
      [.text("storage"), .name(GlobalName("torch", "FloatStorage")), .text("0"), .text("cpu"), .other],
      [.text("key")],
    ]
    #expect(found.persistentIDs.map(\.parts) == parts)
  }

  @Test func `long names are cut and told, and bounds end it with what was found`() {
    let long = String(repeating: "a", count: 5000)
    let found = PickleExamination(Pickled.text("c\(long)\n\(long)\nV\(long)\nVb\n") + [0x93, 0x2E])
    #expect(found.names.map { $0.name.module.count } == [1024, 1024])
    #expect(found.oddities.map(\.oddity) == [.longName])
    var limits = PickleLimits.standard
    limits.opcodes = 3
    let bounded = PickleExamination(.memory(Pickled.payload + Pickled.text("NNN.")), limits: limits)
    #expect(bounded.text == "os.system@0; broken: byte 17: TUPLE1: more than 3 opcodes")
  }

  /// The windows through which a file is read: what crosses one, what is skipped, what is looked up behind.
  @Test func `a file is read in pieces`() throws {
    let far = [UInt8](repeating: 0x20, count: 3 << 20)
    let bytes =
      Pickled.text("Vos\np0\n0") + Pickled.binbytes(far.count) + far + Pickled.text("0V")
      + [UInt8](repeating: 0x61, count: 9000)
      + Pickled.text("\n0g0\nVsystem\n") + [0x93, 0x2E, 0x4E, 0x2E]
    let folder = try TemporaryFolder()
    let path = folder.path + "/far.pkl"
    try File.write(bytes, to: path)
    let file = try InputFile(path: path)
    let source = ByteSource.file(file, 0..<file.size, crc32: nil)
    #expect(PickleExamination(source).text == "os.system@\(bytes.count - 4); stop \(bytes.count - 2)")
    #expect(PickleExamination(source, at: bytes.count - 2).text == "stop \(bytes.count)")
  }

  /// What CPython wrote is not odd, and its names are those that decoding meets.
  @Test(arguments: PythonPickleTests.expected.keys.sorted())
  func `pickles of CPython are not odd`(name: String) throws {
    let bytes = try Fixtures.bytes("pickle/" + name)
    let found = PickleExamination(bytes)
    for odd in found.oddities {
      if case .readersDiffer(let difference) = odd.oddity { #expect(difference == .encodedName) }
    }
    let decoded = try PickleMachine.run(bytes).nodes.compactMap { node in
      if case .global(let name) = node { name } else { nil }
    }
    // What looks attributes up is told by their names.
    let lookups: Set = [GlobalName("builtins", "getattr"), GlobalName("__builtin__", "getattr")]
    #expect(Set(found.names.map(\.name)).isSuperset(of: Set(decoded).subtracting(lookups)))
    guard case .stop(let behind, nil) = found.end else {
      Issue.record("\(found.text)")
      return
    }
    #expect(behind == bytes.count)
  }
}
