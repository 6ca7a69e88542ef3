// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import Testing

@testable import Checkpoints

/// What is said of made cases, word for word, and what is not said of their near misses.
@Suite struct DiffStoryTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var edit: @Sendable (inout MadeCheckpoint) -> Void
    var says: [String]
    var code: String

    init(
      _ what: String, _ code: String, _ says: [String],
      _ edit: @escaping @Sendable (inout MadeCheckpoint) -> Void
    ) {
      (self.what, self.code, self.says, self.edit) = (what, code, says, edit)
    }

    var testDescription: String { what }
  }

  private static func half(_ value: Float) -> Float { Float(Float16(value)) }

  private static let cases: [Case] = [
    Case("nothing", "equal", ["nothing differs"]) { _ in },
    Case("an epoch", "only-values", ["only plain values differ: `epoch`"]) { $0.epoch = 4 },
    Case("statistics", "only-batch-norm-statistics", ["only batch-norm statistics differ: 3 of 14 tensors"]) {
      $0.move(0.1) { MadeCheckpoint.statistics.contains($0) }
      $0.batches = 101
    },
    Case(
      "statistics and a weight", "moved",
      [
        "the backbone: `norm` moved by 10 %, the rest unchanged",
        "the classifier and the optimizer are unchanged",
      ]
    ) {
      $0.move(0.1) { $0.hasPrefix("backbone.norm.") }
      $0.batches = 101
    },
    Case("momenta", "only-optimizer", ["only the optimizer differs", "the optimizer moved by 50 %"]) {
      $0.momenta = $0.momenta.map { MadeCheckpoint.moved($0, 0.5) }
    },
    Case(
      "momenta and an epoch", "only-optimizer",
      [
        "of the tensors, only the optimizer's differ", "the optimizer moved by 50 %",
        "1 plain value changed: `epoch`",
      ]
    ) {
      $0.momenta = $0.momenta.map { MadeCheckpoint.moved($0, 0.5) }
      $0.epoch = 4
    },
    Case(
      "a new head, frozen blocks", "moved",
      [
        "the backbone: `blocks.0` to 2 and `norm` unchanged, the rest moved by 3.0 %",
        "the head is new (1 tensor)",
        "the classifier and the optimizer are unchanged",
      ]
    ) {
      $0.weights["head.weight"] = MadeCheckpoint.numbers(10, from: 70)
      $0.move(0.03) { key in
        key.hasPrefix("backbone.") && !["0.", "1.", "2."].contains { key.contains("blocks." + $0) }
          && !key.contains("norm")
      }
    },
    Case(
      "one block", "moved",
      [
        "the backbone: `blocks.3` moved by 1.0 %, the rest unchanged",
        "the classifier and the optimizer are unchanged",
      ]
    ) { $0.move(0.01) { $0 == "backbone.blocks.3.weight" } },
    Case(
      "a classifier that went", "gone",
      ["the classifier is gone (1 tensor)", "the backbone and the optimizer are unchanged"]
    ) { $0.gone = ["classifier.weight"] },
    Case(
      "a classifier of more classes", "rebuilt",
      ["the classifier has 1 tensor of another shape", "the backbone and the optimizer are unchanged"]
    ) { $0.weights["classifier.weight"] = MadeCheckpoint.numbers(30, from: 50) },
    Case("float16 and back", "only-cast-and-back", ["a cast to float16 and back: 11 of 14 tensors"]) {
      $0.map(half)
    },
    Case("bfloat16 and back", "only-cast-and-back", ["a cast to bfloat16 and back: 11 of 14 tensors"]) {
      $0.map { value in
        var numbers = [Double(value)]
        var bytes: [UInt8] = [0, 0]
        FloatingPointCodec.encode(&numbers, count: 1, into: &bytes, at: 0, .bfloat16)
        return Float(numbers[0])
      }
    },
    Case(
      "float16 and back, but for one number", "moved",
      [
        "the backbone moved by 0.15 % (10 of 11 tensors)", "the classifier was cast to float16 and back",
        "the optimizer is unchanged",
      ]
    ) {
      $0.map(half)
      $0.weights["backbone.blocks.1.weight"]?[3] += 0.01
    },
    Case("a cast", "only-cast", ["a cast from float32 to float16: 11 of 14 tensors"]) { $0.dtype = .float16 },
    Case("a cast up", "only-cast", ["a cast from float32 to float64: 11 of 14 tensors"]) {
      $0.dtype = .float64
    },
    Case("a factor", "only-scaled", ["scaled by 0.7: 11 of 14 tensors"]) { $0.map { $0 * 0.7 } },
    Case(
      "two factors", "scaled",
      [
        "the backbone was scaled by 0.5 (10 of 11 tensors)", "the classifier was scaled by 0.25",
        "the optimizer is unchanged",
      ]
    ) {
      $0.map({ $0 * 0.5 }) { $0.hasPrefix("backbone.") }
      $0.map({ $0 * 0.25 }) { $0.hasPrefix("classifier.") }
    },
    Case(
      "no numbers", "not-finite",
      ["every number of the classifier is NaN or infinite", "the backbone and the optimizer are unchanged"]
    ) { $0.map({ _ in .nan }) { $0.hasPrefix("classifier.") } },
    Case("other names", "renamed", ["the same weights renamed: `model/backbone.` became `model/encoder.`"]) {
      $0.rename("backbone.blocks", "encoder.blocks")
      $0.rename("backbone.fc", "encoder.fc")
    },
  ]

  private func report(_ edit: (inout MadeCheckpoint) -> Void) throws -> DiffReport {
    var made = MadeCheckpoint()
    let before = made.document
    edit(&made)
    return try before.compared(with: made.document)
  }

  @Test(arguments: cases) func `it is said as it is`(one: Case) throws {
    let report = try report(one.edit)
    #expect(report.summary.map(\.text) == one.says)
    #expect(report.summary.first?.code == one.code)
    #expect(report.equal == (one.code == "equal"))
  }

  /// Eight numbers other than zero must have gone there and back, and zeros are none.
  @Test func `numbers that became zero went through no cast`() throws {
    var small = MadeCheckpoint()
    small.map { $0 * 1e-9 }
    var zero = small
    zero.map { _ in 0 }
    let report = try small.document.compared(with: zero.document)
    #expect(report.summary.map(\.code) == ["moved", "moved", "unchanged"])
  }

  @Test func `a factor that one is among is none`() throws {
    let report = try report { $0.map { $0.nextUp } }
    #expect(report.summary.allSatisfy { $0.code != "only-scaled" && $0.code != "scaled" })
  }

  /// No double holds their quotients, and no range can be made of them.
  @Test(arguments: [(1e-300, 1e300), (1e300, 1e-300), (Double.leastNonzeroMagnitude, 1e308)])
  func `quotients beyond all doubles are no factors`(from: Double, to: Double) {
    var check = FactorCheck(DTypePair(a: .float64, b: .float64))
    check.add([from], [to], count: 1)
    #expect(check.range == nil)
  }

  @Test func `figures by part`() throws {
    let report = try report {
      $0.move(0.03) { $0.hasPrefix("backbone.blocks.4") }
      $0.gone = ["backbone.fc.weight"]
    }
    #expect(report.parts.map(\.role) == [.backbone, .classifier, .optimizer])
    let backbone = try #require(report.parts.first)
    #expect(backbone.figures.tensors == 11 && backbone.figures.elements == 133)
    #expect(backbone.figures.equal == 9 && backbone.figures.changed == 1 && backbone.figures.removed == 1)
    #expect(abs((backbone.figures.change ?? 0) - 0.03) < 1e-6)
    #expect(backbone.figures.largest?.path == "model/backbone.blocks.4.weight")
    #expect(backbone.blocks.map(\.name).prefix(3) == ["blocks.0", "blocks.1", "blocks.2"])
    #expect(report.changed.first?.part == "the backbone" && report.removed.first?.part == "the backbone")
    #expect(report.parts.reduce(0) { $0 + $1.figures.tensors } == 14)
  }

  @Test func `parts of equal files are listed where they are asked for`() throws {
    let document = MadeCheckpoint().document
    #expect(try document.compared(with: document).parts.isEmpty)
    var options = DiffOptions()
    options.listsParts = true
    #expect(try document.compared(with: document, options: options).parts.map(\.figures.equal) == [11, 1, 2])
  }
}
