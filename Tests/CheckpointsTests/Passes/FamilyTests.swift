// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// `family`: keys, shapes and modules are those of the other class (`fixtures/family/make.py`). That the networks compute
/// the same is judged in Tests/Interop.
struct FamilyTests {
  struct Expected: Decodable {
    struct Form: Decodable {
      /// `fc.conv.weight 6x48x1`, in order.
      var tensors: [String]
      var modules: [Text]
    }
    var wespeaker: Form
    var speaker3D: Form
    var speechbrain: [Text]

    enum CodingKeys: String, CodingKey {
      case wespeaker, speechbrain
      case speaker3D = "3dspeaker"
    }
  }

  private func expected() throws -> Expected {
    try JSONDecoder().decode(Expected.self, from: Data(Fixtures.bytes("family/expected.json")))
  }

  private func open(_ name: String) throws -> Document {
    try Checkpoint.open(Fixtures.path("family/" + name))
  }

  private func tensors(_ document: Document) -> [String]? {
    document.keys()?.map { key in
      key.shown + " " + (document.tensor(key)?.shape.map(String.init).joined(separator: "x") ?? "")
    }
  }

  private func values(_ key: Text, _ document: Document) throws -> [Double] {
    try TensorReader(document, #require(document.tensor(key))).doubles()
  }

  @Test func `WeSpeaker's network has the names of 3D-Speaker's and SpeechBrain's classes`() throws {
    for (name, modules) in [
      ("3dspeaker", try expected().speaker3D.modules), ("speechbrain", try expected().speechbrain),
    ] {
      var document = try open("wespeaker.pth")
      let report = try document.edit("family \(name)")[0]
      #expect(tensors(document) == (try expected().speaker3D.tensors))
      #expect(document.modules() == modules)
      #expect(report.changes.count { $0.kind == .added } == 10)
      #expect(report.notes.count == 1 && report.notes[0].contains("twice the `attention_channels`"))
    }
  }

  @Test func `channels move by the chunk that passes through, and the attention is doubled`() throws {
    let before = try open("wespeaker.pth")
    var document = before
    try document.edit("family 3dspeaker")
    // 16 channels in 8 chunks of 2: rows of 16 inputs.
    let rows = try values("layer2.se_res2block.0.conv.weight", before)
    #expect(
      try values("blocks.1.tdnn1.conv.conv.weight", document)
        == Array(rows[14 * 16..<256] + rows[..<(14 * 16)]))
    let norm = try values("layer2.se_res2block.0.bn.running_var", before)
    #expect(try values("blocks.1.tdnn1.norm.norm.running_var", document) == Array(norm[14...] + norm[..<14]))
    let columns = try values("layer4.se_res2block.2.conv.weight", before)
    var moved: [Double] = []
    for row in 0..<16 {
      let start = row * 16
      moved += columns[(start + 14)..<(start + 16)]
      moved += columns[start..<(start + 14)]
    }
    #expect(try values("blocks.3.tdnn2.conv.conv.weight", document) == moved)
    #expect(
      try values("blocks.3.tdnn2.conv.conv.bias", document)
        == values("layer4.se_res2block.2.conv.bias", before))
    let bias = try values("pool.linear1.bias", before)
    #expect(try values("asp.tdnn.conv.conv.bias", document) == bias + bias.map { -$0 })
    let out = try values("pool.linear2.weight", before)
    var doubled: [Double] = []
    for row in 0..<24 {
      let part = out[(row * 5)..<(row * 5 + 5)]
      doubled += part
      doubled += part.map { -$0 }
    }
    #expect(try values("asp.conv.conv.weight", document) == doubled)
    #expect(try values("mfa.norm.norm.running_var", document).allSatisfy { abs($0 + 1e-5 - 1) < 1e-7 })
    #expect(try values("linear.weight", before) == values("fc.conv.weight", document))
  }

  @Test func `the way to WeSpeaker is refused, and in part gives its names`() throws {
    var document = try open("3dspeaker.pth")
    #expect(throws: CheckpointError(.contradiction, "")) { try document.edit("family wespeaker") }
    let report = try document.edit("family wespeaker partial")[0]
    #expect(tensors(document) == (try expected().wespeaker.tensors))
    #expect(document.modules() == (try expected().wespeaker.modules))
    #expect(report.changes.count { $0.kind == .dropped } == 10)
    #expect(report.fate(of: "mfa.norm.norm.weight")?.to == nil)
    #expect(report.fate(of: "fc.conv.weight")?.to == "linear.weight")
    // What moved moves back.
    let before = try open("3dspeaker.pth")
    try document.edit("family 3dspeaker")
    for key in before.keys() ?? [] where key.hasPrefix("blocks.") || key.hasPrefix("fc.") {
      guard before.tensor(key)?.dtype == .float32 else { continue }
      #expect(try values(key, document) == values(key, before), "\(key)")
    }
  }

  @Test func `the golden keys of 3D-Speaker are SpeechBrain's too`() throws {
    for name in ["3dspeaker", "speechbrain"] {
      let list = try KeyList("ecapa_tdnn_rdino512")
      var document = list.state(
        prefix: "module.",
        metadata: ["module", "module.blocks", "module.instancenorm", "module.blocks.0.dropout"]
      ).document
      let report = try document.edit("family \(name)")[0]
      #expect(document.keys() == list.keys.map { "module." + $0 })
      #expect(report.changes.isEmpty)
      let stays: Text = name == "3dspeaker" ? "module.instancenorm" : "module.blocks.0.dropout"
      #expect(document.modules() == ["module", "module.blocks", stays])
      #expect(report.notes.count == (name == "3dspeaker" ? 1 : 2))
    }
  }

  @Test func `WeSpeaker's keys for the golden sizes have their shapes`() throws {
    var document = try KeyList("ecapa_tdnn_sup192").state().document
    try document.edit("family wespeaker partial")
    for (key, shape) in [
      ("layer1.conv.weight", [1024, 80, 5]), ("layer3.se_res2block.1.convs.6.weight", [128, 128, 3]),
      ("layer4.se_res2block.3.linear2.weight", [1024, 128]), ("pool.linear1.weight", [128, 9216, 1]),
      ("linear.weight", [192, 6144]),
    ] { #expect(document.tensor(Text(key))?.shape == shape) }
    #expect(document.modules() == nil)
  }

  @Test func `a key too many or too few is refused, and so is another network`() throws {
    for (line, code) in [
      ("drop pool.linear2.bias", CheckpointError.Code.misfit),
      ("rename bn.weight projection.weight", .misfit),
      ("drop layer1.conv.weight", .unknownLayout),
    ] {
      var document = try open("wespeaker.pth")
      try document.edit(line)
      #expect(throws: CheckpointError(code, "")) { try document.edit("family 3dspeaker") }
    }
    var other = try KeyList("campplus192").state().document
    #expect(throws: CheckpointError(.unknownLayout, "")) { try other.edit("family speechbrain") }
  }

  @Test func `tensors that hold no weights are refused`() throws {
    for dtype in [DType.int64, .float8_e8m0fnu, .bool] {
      var document = try open("wespeaker.pth")
      guard case .stateDict(let state) = document[document.root], let node = state.entries["linear.bias"],
        case .tensor(var tensor) = document[node]
      else { return }
      tensor.dtype = dtype
      document[node] = .tensor(tensor)
      #expect(throws: CheckpointError(.misfit, "")) { try document.edit("family 3dspeaker") }
    }
  }

  @Test func `the words parse and print`() throws {
    for line in ["family 3dspeaker", "family wespeaker partial"] {
      #expect(try Recipe(parsing: line).description == line)
    }
    let error = try #require(
      #expect(throws: CheckpointError.self) { try Recipe(parsing: "family we-speaker") })
    #expect(error.hint == "`family wespeaker`")
    for line in ["family", "family wespeaker whole", "family wespeaker partial x"] {
      #expect(throws: CheckpointError(.wrongWords, "")) { try Recipe(parsing: line) }
    }
  }

  @Test func `pieces along any dimension are put together, whole and in ranges`() throws {
    var bytes: [UInt8] = []
    for value in 1...24 {
      let bits = Float(value).bitPattern
      for byte in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(8 * byte))) }
    }
    var document = Document(nodes: [])
    let storage = document.add(Storage(name: "s", byteCount: 96, bytes: .memory(bytes)))
    for (dimension, strides) in [(0, [12, 4, 1]), (1, [12, 4, 1]), (2, [12, 4, 1]), (1, [1, 8, 2])] {
      let tensor = TensorRecord(dtype: .float32, shape: [2, 3, 4], strides: strides, storage: storage)
      let size = tensor.shape[dimension]
      let arranged = ArrangedTensor(
        tensor: TensorReader(document, tensor), dimension: dimension,
        pieces: [.init(range: 1..<size), .init(range: 0..<size, isNegated: true)])
      var shape = tensor.shape
      shape[dimension] = 2 * size - 1
      let added = document.add(
        Storage(name: "a", byteCount: arranged.byteCount, bytes: .computed(arranged)))
      let found = try TensorReader(document, TensorRecord(dtype: .float32, shape: shape, storage: added))
        .doubles()
      var expected: [Double] = []
      for a in 0..<shape[0] {
        for b in 0..<shape[1] {
          for c in 0..<shape[2] {
            var place = [a, b, c]
            let isNegated = place[dimension] >= size - 1
            place[dimension] = isNegated ? place[dimension] - (size - 1) : place[dimension] + 1
            let value = Double(1 + place[0] * strides[0] + place[1] * strides[1] + place[2] * strides[2])
            expected.append(isNegated ? -value : value)
          }
        }
      }
      #expect(found == expected)
      let source = document[added].bytes
      let whole = try source.read(0..<source.byteCount)
      for range in [0..<4, 8..<60, 12..<source.byteCount] {
        #expect(try source.read(range) == Array(whole[range]))
      }
    }
  }
}
