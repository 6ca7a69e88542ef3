// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct MergeTests {
  private func fill(_ document: inout Document, _ path: Text, _ values: [Double]) {
    guard let tensor = document.tensor(path) else { return }
    var bytes = [UInt8](repeating: 0, count: values.count * tensor.dtype.itemSize)
    var span = bytes.mutableSpan
    var target = unsafe span.mutableBytes
    for (index, value) in values.enumerated() {
      if tensor.dtype == .int64 {
        target.storeBytes(of: Int64(value), toByteOffset: index * 8, as: Int64.self)
      } else {
        _ = FloatingPointCodec.encode(value, into: &target, index, tensor.dtype)
      }
    }
    document[tensor.storage].bytes = .memory(bytes)
  }

  private func sample(_ values: [Double], steps: Double = 3, dtype: DType = .float32) -> Document {
    var document = Sample.state([
      "w": .tensor([values.count], dtype), "bn.running_mean": .tensor([1]), "bn.running_var": .tensor([1]),
      "bn.num_batches_tracked": .tensor([], .int64),
    ]).document
    fill(&document, "w", values)
    fill(&document, "bn.num_batches_tracked", [steps])
    return document
  }

  private func merged(
    _ documents: [Document], base: Document? = nil, _ method: MergeMethod,
    _ options: Merge.Options = .init()
  ) throws -> [Float] {
    let merge = try Merge(documents, base: base, method, options: options)
    let tensor = try #require(merge.document.tensor("w"))
    return try #require(try TensorReader(merge.document, tensor).floats())
  }

  @Test func `each method computes what it says`() throws {
    let a = sample([1, 10])
    let b = sample([3, 30])
    let c = sample([8, -1])
    #expect(try merged([a, b, c], .average(weights: nil)) == [4, 13])
    #expect(try merged([a, b, c], .average(weights: [1, 0, 3])) == [6.25, 1.75])
    #expect(try merged([a, b, c], .ema(decay: 0.5)) == [5, 9.5])
    #expect(try merged([a, b], .lerp(t: 0.25)) == [1.5, 15])
    #expect(try merged([b, c], base: a, .task(weights: [1, -1])) == [-4, 41])
    #expect(try merged([b], base: a, .task(weights: [0.5])) == [2, 20])
    // A quarter of a circle: both ends, and the middle at 45 degrees.
    let right = sample([2, 0])
    let up = sample([0, 2])
    let half = Float(2.0.squareRoot())
    #expect(try merged([right, up], .slerp(t: 0.5)).map { ($0 - half).magnitude < 1e-6 } == [true, true])
    #expect(try merged([right, up], .slerp(t: 0)) == [2, 0])
  }

  @Test func `slerp of parallel vectors is lerp, and is said`() throws {
    let merge = try Merge([sample([1, 1]), sample([3, 3])], .slerp(t: 0.5))
    #expect(merge.report.interpolatedLinearly == ["w", "bn.running_mean", "bn.running_var"])
  }

  @Test func `a mean in float16 is rounded once`() throws {
    // In float16 each sum would be 2048 again, and the mean 512.
    let files = [2048.0, 1, 1, 0].map { sample([$0], dtype: .float16) }
    #expect(try merged(files, .average(weights: nil)) == [512.5])
  }

  @Test func `integers that differ need a rule, and keep their data type`() throws {
    let files = [sample([1], steps: 5), sample([1], steps: 9), sample([1], steps: 7)]
    let error = #expect(throws: CheckpointError(.ambiguous, "")) {
      try Merge(files, .average(weights: nil))
    }
    #expect(error?.location.key == "bn.num_batches_tracked")
    for (rule, steps) in [(IntegerRule.first, 5), (.last, 7), (.max, 9)] {
      let merge = try Merge(files, .average(weights: nil), options: .init(integers: rule))
      let tensor = try #require(merge.document.tensor("bn.num_batches_tracked"))
      #expect(tensor.dtype == .int64)
      #expect(try TensorReader(merge.document, tensor).bytes()[0] == steps)
      #expect(merge.report.integers.map(\.rule) == [.init(rule)])
      #expect(merge.report.batchNorm == ["bn"])
    }
  }

  @Test func `other keys, shapes and data types are refused`() throws {
    let a = sample([1, 2])
    for other in [sample([1]), sample([1, 2], dtype: .float16), Sample.state(["w": .tensor([2])]).document] {
      #expect(throws: CheckpointError(.misfit, "")) { try Merge([a, other], .average(weights: nil)) }
      #expect(throws: CheckpointError(.misfit, "")) { try Merge([other, a], .average(weights: nil)) }
    }
  }

  @Test func `parameters that make no sense are refused`() throws {
    let a = sample([1])
    for (files, method) in [
      ([a], MergeMethod.average(weights: nil)), ([a, a, a], .lerp(t: 0.5)), ([a, a], .lerp(t: 1.5)),
      ([a, a], .ema(decay: .nan)), ([a, a], .average(weights: [1])), ([a, a], .average(weights: [0, 0])),
      ([a, a], .average(weights: [2, -1])), ([a, a], .task(weights: [1, 1])),
    ] {
      #expect(throws: CheckpointError(.wrongWords, ""), "\(method)") { try Merge(files, method) }
    }
    #expect(throws: CheckpointError(.wrongWords, "")) { try Merge([a, a], base: a, .ema(decay: 0.5)) }
  }

  @Test func `what would overflow is counted and refused`() throws {
    let a = sample([60000, 1], dtype: .float16)
    let base = sample([0, 1], dtype: .float16)
    #expect(throws: CheckpointError(.overflow, "")) {
      try Merge([a, a], base: base, .task(weights: [1, 1]))
    }
    let merge = try Merge(
      [a, a], base: base, .task(weights: [1, 1]), options: .init(allowsOverflow: true))
    #expect(merge.report.overflows.map(\.count) == [1])
  }

  @Test func `optimizers are refused unless a part is taken, and other values come from the first`() throws {
    func run(_ epoch: Int64) -> Document {
      Sample.dict([
        "model": .state(["w": .tensor([2])]), "epoch": .int(epoch),
        "optimizer": .dict(["state": .dict(["0": .dict(["m": .tensor([2])])]), "param_groups": .list([])]),
      ]).document
    }
    let error = #expect(throws: CheckpointError(.ambiguous, "")) {
      try Merge([run(1), run(2)], .ema(decay: 0.5))
    }
    #expect(error?.location.key == "optimizer")
    #expect(
      try Merge([run(1), run(2)], .ema(decay: 0.5), options: .init(path: "model")).document.keys() == [
        "w"
      ])
    let a = Sample.dict(["model": .state(["w": .tensor([2])]), "epoch": .int(1)]).document
    let b = Sample.dict(["model": .state(["w": .tensor([2])]), "epoch": .int(2), "best": .float(0.5)])
      .document
    let report = try Merge([a, b], .average(weights: nil)).report
    #expect(report.values.map(\.path) == ["epoch"])
    #expect(report.leftOut.map(\.path) == ["best"])
  }

  @Test func `views that are the same in every file stay tied, others are named`() throws {
    let tied = Sample.state(["a": .view("s", [2]), "b": .view("s", [2])]).document
    let apart = Sample.state(["a": .tensor([2]), "b": .tensor([2])]).document
    let both = try Merge([tied, tied], .average(weights: nil))
    #expect(both.document.tensor("a")?.storage == both.document.tensor("b")?.storage)
    #expect(both.report.untied.isEmpty)
    let one = try Merge([tied, apart], .average(weights: nil))
    #expect(one.document.tensor("a")?.storage != one.document.tensor("b")?.storage)
    #expect(one.report.untied == ["b"])
    let node = Sample.state(["a": .shared("n", .tensor([2])), "b": .shared("n", .tensor([2]))]).document
    let split = try Merge([node, apart], .average(weights: nil))
    #expect(split.document.tensor("a")?.storage != split.document.tensor("b")?.storage)
  }

  @Test func `any part of the merged bytes can be asked for`() throws {
    let a = sample((0..<9).map(Double.init))
    let tensor = try #require(a.tensor("w"))
    let view = try TensorView(a, tensor)
    let bytes = ByteSource.computed(
      MergedBytes(views: [view, view], rule: .numbers(.average(weights: [1, 1]))))
    let whole = try bytes.read(0..<36)
    #expect(whole == (try TensorReader(a, tensor).bytes()))
    for start in 0..<36 {
      for end in start...36 { #expect(try bytes.read(start..<end) == Array(whole[start..<end])) }
    }
  }
}
