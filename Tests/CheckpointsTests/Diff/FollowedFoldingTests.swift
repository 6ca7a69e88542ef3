// SPDX-License-Identifier: Apache-2.0
import OrderedCollections
import TestSupport
import Testing

@testable import Checkpoints

/// A checkpoint held against a graph that says how it was folded. Whole networks are judged in `exports_judge.py`.
@Suite struct FollowedFoldingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private typealias Initializer = OperatorGraph<OperatorModel.Tensor>.Initializer

  private static func floats(_ name: Text, _ shape: [Int], _ values: [Float]) -> Initializer {
    .init(name, shape, .init(.float32, .memory(OperatorModelTests.bytes(values.map(\.bitPattern)))))
  }

  private static func constant(_ constant: GraphConstant, bytes: [UInt8]? = nil) -> Initializer {
    .init(constant.name, constant.shape, .init(constant.dtype, .memory(bytes ?? constant.bytes)))
  }

  private func graph(_ initializers: [Initializer], folding: Text? = "") throws -> Document {
    var metadata: OrderedDictionary<Text, Text> = ["language": "unknown"]
    metadata[GraphMetadata.folding] = folding
    let model = OperatorModel(
      OperatorGraph(
        "g", outputs: [.init("y", [])], nodes: [OperatorNode("Identity", ["w"], ["y"])],
        initializers: initializers), producer: ("resect", "0.1.0"), metadata: metadata)
    let path = folder("\(initializers.count) \(metadata.count) \(UInt64.random(in: 0 ... .max)).onnx")
    try OutputPlan(model).write(to: path)
    return try Checkpoint.open(path)
  }

  private static let weights: [Float] = [1, 2, 3, 4, 5, 6]

  private func checkpoint(
    _ values: [Float] = weights, _ more: [(Text, DType, [UInt8])] = []
  ) throws -> Document {
    var document = Document(nodes: [])
    var state = StateDict(kind: .orderedDict, entries: [:])
    func add(_ key: Text, _ dtype: DType, _ shape: [Int], _ bytes: [UInt8]) {
      let storage = document.add(Storage(name: key, byteCount: bytes.count, bytes: .memory(bytes)))
      state.entries[key] = document.add(
        .tensor(TensorRecord(dtype: dtype, shape: shape, storage: storage)))
    }
    add("w", .float32, [2, 3], OperatorModelTests.bytes(values.map(\.bitPattern)))
    for (key, dtype, bytes) in more { add(key, dtype, [], bytes) }
    document.root = document.add(.stateDict(state))
    return document
  }

  private static let whole = floats("w", [2, 3], weights)

  @Test func `what the graph says of itself is no difference, nor are constants and counters`() throws {
    let graph = try graph([Self.constant(.scalar(2)), Self.whole, Self.constant(.integers([0, 1]))])
    let counter: (Text, DType, [UInt8]) = ("bn.num_batches_tracked", .int64, Array(repeating: 0, count: 8))
    for (a, b) in [(try checkpoint(Self.weights, [counter]), graph), (graph, try checkpoint())] {
      let report = try a.compared(with: b)
      #expect(report.equal, "\(report)")
      #expect(report.counts.bitEqual == 1)
    }
    let report = try checkpoint(Self.weights, [counter]).compared(with: graph)
    #expect(report.notes == ["num_batches_tracked of 1 norm is in no graph"])
  }

  @Test func `a constant that is not what its name says is a difference`() throws {
    let wrong = Self.constant(.scalar(2), bytes: GraphConstant.scalar(3).bytes)
    let report = try checkpoint().compared(with: graph([Self.whole, wrong]))
    #expect(report.added.map(\.path) == ["scalar 2.0"])
  }

  @Test func `columns are compared one by one`() throws {
    func halves(_ last: Float) throws -> Document {
      try graph([
        Self.floats("w[:, 1:3]", [2, 2], [2, 3, 5, last]), Self.floats("w[:, 0:1]", [2, 1], [1, 4]),
      ])
    }
    #expect(try checkpoint().compared(with: halves(6)).equal)
    let report = try checkpoint().compared(with: halves(7))
    #expect(report.changed.map(\.path) == ["w[:, 1:3]"])
    #expect(report.ties.a.isEmpty)
  }

  @Test func `a graph that lacks columns lacks the tensor`() throws {
    let report = try checkpoint().compared(with: graph([Self.floats("w[:, 0:1]", [2, 1], [1, 4])]))
    #expect(report.removed.map(\.path) == ["w"])
    #expect(report.added.map(\.path) == ["w[:, 0:1]"])
  }

  @Test func `a cast is followed`() throws {
    let half = Initializer(
      "w", [2, 3],
      .init(.float16, .memory(OperatorModelTests.bytes(Self.weights.map { Float16($0).bitPattern }))))
    let report = try checkpoint().compared(with: graph([half], folding: "cast float16"))
    #expect(report.equal)
    #expect(report.a.passes == ["cast float16"])
    #expect(try !checkpoint().compared(with: graph([half])).equal)
  }

  @Test(arguments: [
    "drop **", "take x", "cast float16 except w", "fuse weight-norm", "set w 1", "nonsense", "cast",
  ])
  func `passes that no export has are not done for the asking`(_ recipe: Text) throws {
    let report = try checkpoint().compared(with: graph([Self.whole], folding: recipe))
    #expect(report.a.passes == [])
    #expect(report.counts.bitEqual == 1)
    #expect(report.notes.contains { $0.hasPrefix("the graph's resect:folding cannot be followed: ") })
  }

  @Test func `a checkpoint that cannot be folded is compared as it is`() throws {
    let report = try checkpoint().compared(with: graph([Self.whole], folding: "fuse batch-norm"))
    #expect(report.notes.contains { $0.hasPrefix("the graph's resect:folding cannot be followed: ") })
    #expect(report.counts.bitEqual == 1)
  }

  @Test func `a graph that says nothing of folding is compared by name and content`() throws {
    let report = try checkpoint().compared(
      with: graph([Self.whole, Self.constant(.scalar(2))], folding: nil))
    #expect(report.added.map(\.path) == ["scalar 2.0"])
    #expect(report.counts.values > 0)
    #expect(report.notes.allSatisfy { !$0.contains("folding") })
  }

  @Test func `--no-layout compares the files as they are`() throws {
    var options = DiffOptions()
    options.usesLayout = false
    let report = try checkpoint().compared(with: graph([Self.whole]), options: options)
    #expect(report.counts.values > 0)
  }
}
