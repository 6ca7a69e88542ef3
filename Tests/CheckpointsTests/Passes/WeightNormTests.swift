// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// `parametrize`, `unparametrize` and `fuse weight-norm`, held against what PyTorch made of the same files
/// (`fixtures/fuse/make.py`).
struct WeightNormTests {
  struct Expected: Decodable {
    struct Names: Decodable {
      var keys: [Text]
      var modules: [Text]
    }
    var attributes: Names
    var parametrized: Names
    var attributes_removed: Names
    var parametrized_removed: Names
    var weights: [String: [Double]]
  }

  private func expected() throws -> Expected {
    try JSONDecoder().decode(Expected.self, from: Data(Fixtures.bytes("fuse/expected.json")))
  }

  private func open(_ name: String) throws -> Document { try Checkpoint.open(Fixtures.path("fuse/" + name)) }

  @Test func `the parametrized form has PyTorch's keys, order and metadata`() throws {
    var document = try open("attributes.pth")
    try document.edit("parametrize weight-norm")
    let expected = try expected().parametrized
    #expect(document.keys() == expected.keys)
    #expect(document.modules() == expected.modules)
    let other = try open("parametrized.pth")
    for key in expected.keys {
      let (mine, theirs) = (try #require(document.tensor(key)), try #require(other.tensor(key)))
      #expect(mine.shape == theirs.shape && mine.dtype == theirs.dtype)
      if mine.dtype.isFloatingPoint {
        #expect(try TensorReader(document, mine).doubles() == TensorReader(other, theirs).doubles())
      }
    }
  }

  @Test func `the old form has PyTorch's keys, order and metadata, but for a buffer's place`() throws {
    var document = try open("parametrized.pth")
    try document.edit("unparametrize weight-norm")
    let expected = try expected().attributes
    #expect(
      document.keys()?.filter { $0 != "linear.counter" } == expected.keys.filter { $0 != "linear.counter" })
    #expect(document.modules() == expected.modules)
    var back = try open("attributes.pth")
    try back.edit("parametrize weight-norm\nunparametrize weight-norm")
    #expect(back.keys() == document.keys())
    #expect(back.modules() == expected.modules)
  }

  @Test(arguments: ["attributes", "parametrized"])
  func `a fused weight is g v over the norm of v, rounded once`(_ form: String) throws {
    var document = try open(form + ".pth")
    let report = try document.edit("fuse weight-norm")[0]
    let expected = try expected()
    let names = form == "attributes" ? expected.attributes_removed : expected.parametrized_removed
    if form == "attributes" {
      #expect(document.keys() == names.keys)
    } else {
      #expect(
        document.keys()?.filter { $0 != "linear.counter" } == names.keys.filter { $0 != "linear.counter" })
    }
    #expect(document.modules() == names.modules)
    for (key, values) in expected.weights {
      let tensor = try #require(document.tensor(Text(key)))
      let found = try TensorReader(document, tensor).doubles()
      #expect(found.count == values.count)
      for (one, other) in zip(found, values) {
        #expect(Self.isRounded(one, of: other, tensor.dtype), "\(key)")
      }
    }
    #expect(
      report.fate(of: form == "attributes" ? "whole.weight_g" : "whole.parametrizations.weight.original0")?.to
        == "whole.weight")
  }

  /// Whether a value is the nearest of its type to an exact one, or the next where two are nearly as near.
  static func isRounded(_ value: Double, of exact: Double, _ dtype: DType) -> Bool {
    let digits =
      switch dtype {
      case .float16: 11.0
      case .bfloat16: 8.0
      case .float32: 24.0
      default: 51.0
      }
    let half = Double.pow2(Double(exact.exponent) + 1 - digits) / 2
    return abs(value - exact) <= half * 1.0001
  }

  @Test func `ranges of a fused storage are those of the whole`() throws {
    var document = try open("attributes.pth")
    try document.edit("fuse weight-norm")
    let tensor = try #require(document.tensor("transposed.weight"))
    let bytes = document[tensor.storage].bytes
    let whole = try bytes.read(0..<bytes.byteCount)
    for range in [0..<4, 20..<140, 100..<144, 144..<144] {
      #expect(try bytes.read(range) == Array(whole[range]))
    }
  }

  @Test func `a chunk's end parts a channel`() throws {
    // Larger than a chunk, with channels of a size that does not divide it.
    let (rows, columns) = (3, 200_003)
    func bytes(_ values: [Float]) -> [UInt8] {
      values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
      }
    }
    let elements = bytes((0..<rows * columns).map { Float($0 % 7 - 3) })
    let ones = bytes([Float](repeating: 2, count: rows))
    var document = Document(nodes: [])
    let v = document.add(Storage(name: "v", byteCount: elements.count, bytes: .memory(elements)))
    let g = document.add(Storage(name: "g", byteCount: ones.count, bytes: .memory(ones)))
    var state = StateDict(kind: .orderedDict, entries: [:])
    state.entries["w_g"] = document.add(.tensor(TensorRecord(dtype: .float32, shape: [rows, 1], storage: g)))
    state.entries["w_v"] = document.add(
      .tensor(TensorRecord(dtype: .float32, shape: [rows, columns], storage: v)))
    document.root = document.add(.stateDict(state))
    try document.edit("fuse weight-norm")
    let fused = try TensorReader(document, #require(document.tensor("w"))).doubles()
    for row in 0..<rows {
      let values = (0..<columns).map { Double((row * columns + $0) % 7 - 3) }
      let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(
        zip(fused[row * columns..<(row + 1) * columns], values).allSatisfy {
          $0 == Double(Float($1 * (2 / norm)))
        })
    }
  }

  @Test func `what the shapes contradict is left alone, and nothing is refused`() throws {
    let odd = Sample.state([
      "proj_g": .tensor([4]), "proj_v": .tensor([4, 3]), "fc.weight_g": .tensor([4, 1]),
      "fc.weight_v": .tensor([4, 3]),
    ])
    var document = odd.document
    let report = try document.edit("parametrize weight-norm")[0]
    #expect(
      document.keys() == [
        "proj_g", "proj_v", "fc.parametrizations.weight.original0", "fc.parametrizations.weight.original1",
      ])
    #expect(report.notes == ["`proj_g` is no magnitude of weight norm by its shape, and was left alone"])
    for line in ["parametrize weight-norm", "unparametrize weight-norm", "fuse weight-norm"] {
      var none = Sample.state(["proj_g": .tensor([4]), "proj_v": .tensor([4, 3])]).document
      #expect(throws: CheckpointError(.nothingMatched, "")) { try none.edit(line) }
    }
  }

  @Test(arguments: [
    ([4, 1], [4, 3], WeightNormPair.Kept.dimension(0)), ([1, 3], [4, 3], .dimension(1)),
    ([], [4, 3], .nothing),
    ([1, 1], [1, 3], .nothing), ([4], [4], .dimension(0)), ([1], [1], .nothing), ([1, 1], [4, 3], nil),
    ([4, 3], [4, 3], nil), ([3, 1], [4, 3], nil), ([4], [4, 3], nil),
  ]) func `g tells what the norm leaves out`(_ test: ([Int], [Int], WeightNormPair.Kept?)) {
    #expect(WeightNormPair.kept(test.0, test.1) == test.2)
  }

  @Test func `types and sizes that cannot be computed with are left alone`() throws {
    for (g, v) in [
      (Sample.tensor([2, 1], .float8_e8m0fnu), Sample.tensor([2, 3], .float8_e8m0fnu)),
      (.tensor([2, 1], .int64), .tensor([2, 3], .int64)), (.tensor([2, 1], .float16), .tensor([2, 3])),
    ] {
      var document = Sample.state(["a.weight_g": g, "a.weight_v": v]).document
      #expect(throws: CheckpointError(.nothingMatched, "")) { try document.edit("fuse weight-norm") }
    }
    #expect(WeightNormPair.kept([1 << 40, 1], [1 << 40, 0]) == nil)
    var empty = Sample.state(["a.weight_g": .tensor([2, 1]), "a.weight_v": .tensor([2, 0])]).document
    try empty.edit("fuse weight-norm")
    #expect(try TensorReader(empty, #require(empty.tensor("a.weight"))).bytes().isEmpty)
  }

  @Test func `a parameter with something else registered on it is left alone`() throws {
    var document = Sample.state([
      "a.parametrizations.weight.original0": .tensor([2, 1]),
      "a.parametrizations.weight.original1": .tensor([2, 3]),
      "a.parametrizations.weight.1.scale": .tensor([1]),
      "b.parametrizations.weight.original0": .tensor([2, 1]),
      "b.parametrizations.weight.original1": .tensor([2, 3]),
    ]).document
    let report = try document.edit("fuse weight-norm")[0]
    #expect(document.keys()?.last == "b.weight")
    #expect(report.notes.count == 1)
  }

  @Test func `a pair comes behind the children of its module, or before them`() throws {
    var document = Sample.state(
      [
        "m.weight_g": .tensor([2, 1]), "m.weight_v": .tensor([2, 3]), "m.child.bias": .tensor([2]),
        "n.bias": .tensor([1]),
      ], metadata: ["", "m", "m.child", "n"]
    ).document
    try document.edit("parametrize weight-norm")
    let pair: [Text] = ["m.parametrizations.weight.original0", "m.parametrizations.weight.original1"]
    #expect(document.keys() == ["m.child.bias"] + pair + ["n.bias"])
    let added: [Text] = ["m.parametrizations", "m.parametrizations.weight", "m.parametrizations.weight.0"]
    #expect(document.modules() == ["", "m", "m.child"] + added + ["n"])
    try document.edit("unparametrize weight-norm")
    #expect(document.keys() == ["m.weight_g", "m.weight_v", "m.child.bias", "n.bias"])
    #expect(document.modules() == ["", "m", "m.child", "n"])
  }

  @Test func `tied pairs stay tied, and names that are there are refused`() throws {
    let tied = Sample.state([
      "a.weight_g": .view("g", [2, 1]), "a.weight_v": .view("v", [2, 3]), "b.weight_g": .view("g", [2, 1]),
      "b.weight_v": .view("v", [2, 3]), "c.weight_g": .tensor([2, 1]), "c.weight_v": .tensor([2, 3]),
    ])
    var document = tied.document
    try document.edit("fuse weight-norm")
    #expect(document.tensor("a.weight")?.storage == document.tensor("b.weight")?.storage)
    #expect(document.tensor("a.weight")?.storage != document.tensor("c.weight")?.storage)
    var taken = Sample.state([
      "a.weight_g": .tensor([2, 1]), "a.weight_v": .tensor([2, 3]), "a.weight": .tensor([2, 3]),
    ]).document
    #expect(throws: CheckpointError(.collision, "")) { try taken.edit("fuse weight-norm") }
  }
}

extension Double {
  /// 2 to an integer power.
  static func pow2(_ exponent: Double) -> Double {
    Double(sign: .plus, exponent: Int(exponent), significand: 1)
  }
}
