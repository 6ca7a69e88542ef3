// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// Networks of experts: many tensors of one shape, in several projects' names.
@Suite struct ExpertTests {
  typealias Keys = [(name: Text, shape: [Int])]

  /// `parts`: what an expert has, in the network's order. `w` and `d` are the two orientations of one size.
  private static func network(
    layers: Int, experts: Int, at place: Text, parts: [(Text, [Int])], prefix: Text = "model."
  ) -> Keys {
    var keys: Keys = [(prefix + "embed_tokens.weight", [100, 8])]
    for layer in 0..<layers {
      let start: Text = "\(prefix)layers.\(layer)."
      for name in ["q", "k", "v", "o"] { keys.append(("\(start)self_attn.\(name)_proj.weight", [8, 8])) }
      keys.append((start + place + ".gate.weight", [experts, 8]))
      for expert in 0..<experts {
        for (name, shape) in parts { keys.append(("\(start)\(place).experts.\(expert).\(name)", shape)) }
      }
      keys.append((start + "input_layernorm.weight", [8]))
    }
    return keys
  }

  private static let mixtral: [(Text, [Int])] = [
    ("w1.weight", [16, 8]), ("w2.weight", [8, 16]), ("w3.weight", [16, 8]),
  ]
  private static let inItsOrder: [(Text, [Int])] = [
    ("gate_proj.weight", [16, 8]), ("down_proj.weight", [8, 16]), ("up_proj.weight", [16, 8]),
  ]
  private static let inAnotherOrder: [(Text, [Int])] = [
    ("gate_proj.weight", [16, 8]), ("up_proj.weight", [16, 8]), ("down_proj.weight", [8, 16]),
  ]

  private static func spec(_ keys: Keys) -> KeySpec {
    KeySpec(
      name: "spec",
      entries: OrderedDictionary(uniqueKeysWithValues: keys.map { ($0.name, .init(shape: $0.shape)) }))
  }

  private static func file(_ keys: Keys) -> Document {
    var builder = SampleBuilder()
    var state = StateDict(kind: .orderedDict, entries: [:])
    for key in keys { state.entries[key.name] = builder.add(.tensor(key.shape)) }
    builder.document.root = builder.document.add(.stateDict(state))
    return builder.document
  }

  private static let remedy = [
    "rename model.layers.*.block_sparse_moe.gate.** model.layers.$1.mlp.gate.$2",
    "rename model.layers.*.block_sparse_moe.experts.*.w1.** model.layers.$1.mlp.experts.$2.gate_proj.$3",
    "rename model.layers.*.block_sparse_moe.experts.*.w2.** model.layers.$1.mlp.experts.$2.down_proj.$3",
    "rename model.layers.*.block_sparse_moe.experts.*.w3.** model.layers.$1.mlp.experts.$2.up_proj.$3",
  ]

  @Test("experts in two naming schemes fit by shape and position", arguments: [(2, 3), (3, 8), (12, 64)])
  func twoSchemes(layers: Int, experts: Int) throws {
    let file = Self.file(
      Self.network(layers: layers, experts: experts, at: "block_sparse_moe", parts: Self.mixtral))
    let spec = Self.spec(Self.network(layers: layers, experts: experts, at: "mlp", parts: Self.inItsOrder))
    let report = try file.fit(to: spec)
    #expect(report.remedy?.passes == Self.remedy && report.remedy?.loadsStrictly == true)
    #expect(report.alternatives == nil && report.doubts == nil)
    // Every expert keeps its number.
    var edited = file
    try edited.apply(Recipe(parsing: Self.remedy.joined(separator: "\n") + "\n").passes)
    guard case .stateDict(let before) = file[file.root], case .stateDict(let after) = edited[edited.root]
    else {
      Issue.record("no state dict")
      return
    }
    let last = (layers - 1, experts - 1)
    #expect(
      after.entries["model.layers.\(last.0).mlp.experts.\(last.1).up_proj.weight"]
        == before.entries["model.layers.\(last.0).block_sparse_moe.experts.\(last.1).w3.weight"])
  }

  @Test("a file sorted by its keys, as safetensors sorts them, fits as well")
  func sortedFile() throws {
    let keys = Self.network(layers: 12, experts: 12, at: "block_sparse_moe", parts: Self.mixtral)
      .sorted { $0.name < $1.name }
    let spec = Self.spec(Self.network(layers: 12, experts: 12, at: "mlp", parts: Self.inItsOrder))
    #expect(try Self.file(keys).fit(to: spec).remedy?.loadsStrictly == true)
  }

  @Test("parameters without weight behind their names fit as well")
  func bareParameters() throws {
    let parts = Self.mixtral.map { ($0.0.dropLast(7), $0.1) }
    let wanted = Self.inItsOrder.map { ($0.0.dropLast(7), $0.1) }
    let file = Self.file(Self.network(layers: 2, experts: 3, at: "block_sparse_moe", parts: parts))
    let report = try file.fit(to: Self.spec(Self.network(layers: 2, experts: 3, at: "mlp", parts: wanted)))
    #expect(report.remedy?.loadsStrictly == true)
    #expect(
      report.remedy?.passes.contains(
        "rename model.layers.*.block_sparse_moe.experts.*.w2 model.layers.$1.mlp.experts.$2.down_proj")
        == true)
  }

  @Test("experts under a wrapper, and with a head of another size, fit but for the head")
  func wrappedExperts() throws {
    var keys = Self.network(
      layers: 2, experts: 3, at: "block_sparse_moe", parts: Self.mixtral, prefix: "module.model.")
    keys.append(("module.lm_head.weight", [90, 8]))
    var wanted = Self.network(layers: 2, experts: 3, at: "mlp", parts: Self.inItsOrder)
    wanted.append(("lm_head.weight", [100, 8]))
    let remedy = try #require(try Self.file(keys).fit(to: Self.spec(wanted)).remedy)
    #expect(remedy.missing + remedy.misshapen == 1 && remedy.loaded == wanted.count - 1)
  }

  @Test("an order that the shapes contradict leaves two ways: both are shown, none is taken")
  func twoWays() throws {
    let file = Self.file(Self.network(layers: 2, experts: 3, at: "block_sparse_moe", parts: Self.mixtral))
    let report = try file.fit(
      to: Self.spec(Self.network(layers: 2, experts: 3, at: "mlp", parts: Self.inAnotherOrder)))
    #expect(report.remedy == nil && report.doubts == nil)
    let ways = try #require(report.alternatives)
    #expect(ways.count == 2 && ways[0] == Self.remedy)
    #expect(ways[1].contains { $0.contains("w1.**") && $0.contains("up_proj") })
    // Each of them loads.
    for way in ways {
      var edited = file
      try edited.apply(Recipe(parsing: way.joined(separator: "\n") + "\n").passes)
      let spec = Self.spec(Self.network(layers: 2, experts: 3, at: "mlp", parts: Self.inAnotherOrder))
      #expect(try edited.fit(to: spec).fits)
    }
  }

  @Test("parts that are all of one shape are not told apart by order alone")
  func squareParts() throws {
    let parts = ["w1", "w2", "w3"].map { (Text("\($0).weight"), [8, 8]) }
    let wanted = ["gate_proj", "down_proj", "up_proj"].map { (Text("\($0).weight"), [8, 8]) }
    let report = try Self.file(Self.network(layers: 2, experts: 3, at: "block_sparse_moe", parts: parts))
      .fit(to: Self.spec(Self.network(layers: 2, experts: 3, at: "mlp", parts: wanted)))
    #expect(report.remedy?.passes.contains { $0.contains("w1") } != true)
    #expect(report.doubts?.count == 2 * 3 * 3)
    #expect(
      report.doubts?.first { $0.key == "model.layers.1.mlp.experts.2.up_proj.weight" }?.candidates.sorted()
        == ["w1", "w2", "w3"].map { "model.layers.1.block_sparse_moe.experts.2.\($0).weight" })
  }

  @Test("two rows of experts made alike are not told apart")
  func twoRows() throws {
    func rows(_ first: Text, _ second: Text, _ parts: [(Text, [Int])]) -> Keys {
      (0..<2).flatMap { layer in
        [first, second].flatMap { row in
          (0..<3).flatMap { expert in parts.map { ("l.\(layer).\(row).\(expert).\($0.0)", $0.1) } }
        }
      }
    }
    let report = try Self.file(rows("left", "right", Self.mixtral))
      .fit(to: Self.spec(rows("coarse", "fine", Self.inItsOrder)))
    #expect(report.remedy == nil)
  }

  @Test("a file of more layers gives those that the network has")
  func moreLayers() throws {
    let file = Self.file(Self.network(layers: 5, experts: 4, at: "block_sparse_moe", parts: Self.mixtral))
    let spec = Self.spec(Self.network(layers: 3, experts: 4, at: "mlp", parts: Self.inItsOrder))
    let remedy = try #require(try file.fit(to: spec).remedy)
    #expect(remedy.loadsStrictly && remedy.dropped.count == 2 * (6 + 12))
  }

  @Test("a wildcard that would catch another key is not used")
  func otherNames() throws {
    let file = fileOf([
      "l.0.a.w": [2, 2], "l.1.a.w": [2, 2], "l.x.a.w": [3, 3], "m.weight": [5],
    ])
    let spec = keySpec(["l.0.b.w": [2, 2], "l.1.b.w": [2, 2], "l.x.a.w": [3, 3], "m.weight": [5]])
    let remedy = try #require(try file.fit(to: spec).remedy)
    #expect(
      remedy.loadsStrictly && remedy.passes == ["rename l.0.a.** l.0.b.$1", "rename l.1.a.** l.1.b.$1"])
  }

  @Test("attention whose keys and values are narrower is told by its order")
  func groupedAttention() throws {
    func attention(_ place: Text, _ names: [Text]) -> Keys {
      (0..<4).flatMap { layer in
        zip(names, [[8, 8], [2, 8], [2, 8], [8, 8]]).map { ("layers.\(layer).\(place).\($0).weight", $1) }
      } + [("norm.weight", [8])]
    }
    let report = try Self.file(attention("attention", ["wq", "wk", "wv", "wo"]))
      .fit(to: Self.spec(attention("self_attn", ["q_proj", "k_proj", "v_proj", "o_proj"])))
    #expect(report.remedy?.loadsStrictly == true)
    #expect(report.remedy?.passes[1] == "rename layers.*.attention.wk.** layers.$1.self_attn.k_proj.$2")
  }
}
