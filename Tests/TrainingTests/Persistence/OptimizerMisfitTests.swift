// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// States that do not belong to an optimizer, and documents that hold none.
@Suite struct OptimizerMisfitTests {
  private let golden: OptimizerGolden
  init() throws { golden = try OptimizerGolden("215") }

  private func state(of name: String) throws -> OptimizerState {
    let run = try OptimizerRun(golden, name, NativeKernels<Float>.self)
    for step in 0..<3 { run.step(step, Workers(1)) }
    return run.optimizer.state
  }

  /// Refused as a misfit that says all of `words`, and nothing has changed.
  private func refuse(
    _ state: OptimizerState, into name: String, _ words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = try OptimizerRun(golden, name, NativeKernels<Float>.self)
    for step in 0..<2 { run.step(step, Workers(1)) }
    let before = run.optimizer.state
    let error = #expect(throws: CheckpointError.self, sourceLocation: sourceLocation) {
      try state.restore(into: run.optimizer)
    }
    #expect(error?.code == .misfit, sourceLocation: sourceLocation)
    let text = error?.description ?? ""
    for word in words { #expect(text.contains(word), "\(text)", sourceLocation: sourceLocation) }
    #expect(run.optimizer.state == before, sourceLocation: sourceLocation)
  }

  @Test func `counts and shapes must agree`() throws {
    let good = try state(of: "sgd")
    var bad = good
    bad.groups.removeLast()
    try refuse(bad, into: "sgd", "1 parameter groups", "the optimizer 2")
    bad = good
    bad.groups[1].parameters.removeLast()
    try refuse(bad, into: "sgd", "group 1", "2 parameters", "optimizer's 3")
    bad = good
    bad.entries[1]?.tensors["momentum_buffer"]?.shape = [4, 3, 2]
    try refuse(bad, into: "sgd", "'k'", "state 1", "momentum_buffer", "[4, 3, 2]", "[3, 4, 2]")
    bad = good
    bad.entries[2]?.tensors["momentum_buffer"]?.values[3] = .nan
    try refuse(bad, into: "sgd", "'b'", "state 2", "NaN")
    bad = good
    bad.entries[0]?.tensors["buffer"] = good.entries[0]?.tensors["momentum_buffer"]
    try refuse(bad, into: "sgd", "'w'", "`buffer`")
    bad = try state(of: "amsgrad")
    bad.entries[0]?.tensors["max_exp_avg_sq"] = nil
    try refuse(bad, into: "amsgrad", "state 0", "`max_exp_avg_sq` is missing")
    bad = try state(of: "adam")
    bad.entries[0]?.step = nil
    try refuse(bad, into: "adam", "state 0", "`step` is missing")
  }

  @Test func `the kind must agree, and all groups have one set of hyper-parameters`() throws {
    try refuse(state(of: "adam"), into: "sgd", "Adam, not of SGD")
    try refuse(state(of: "sgd"), into: "adam", "SGD, not of Adam")
    try refuse(state(of: "adamw"), into: "adam", "AdamW, not of Adam")
    try refuse(state(of: "adam"), into: "adamw", "Adam, not of AdamW")
    var bad = try state(of: "sgd")
    bad.groups[1].settings = .sgd(SGDSettings(momentum: 0.5))
    try refuse(bad, into: "sgd", "groups 0 and 1", "0.5")
    bad.groups = []
    try refuse(bad, into: "sgd", "no parameter group")
  }

  @Test func `hyper-parameters of the state win, the group's rule for the rate stays`() throws {
    let run = try OptimizerRun(golden, "damped", NativeKernels<Float>.self)
    try state(of: "nesterov").restore(into: run.optimizer)
    let sgd = try #require(run.optimizer as? SGD<NativeKernels<Float>>)
    #expect(sgd.settings == SGDSettings(momentum: 0.9, nesterov: true))
    #expect(sgd.groups[1].rate == .scaled(0.5))
  }

  /// Opens a state that PyTorch wrote, with one value of it replaced.
  private func read(
    _ file: String = "adamw_215", replacing path: String, _ value: (inout Document) -> Node
  ) throws -> OptimizerState {
    var document = try Checkpoint.open(Fixtures.path("optimizer-steps/\(file).pt"))
    let node = try #require(document.node(at: ValuePath("optimizer/\(path)")), "\(path)")
    document[node] = value(&document)
    let root = try #require(document.value(of: "optimizer", in: document.root))
    return try OptimizerState(document, at: root)
  }

  @Test func `what is no optimizer's state is refused by name`() throws {
    func code(_ path: String, _ file: String = "adamw_215", _ value: @escaping (inout Document) -> Node)
      -> CheckpointError.Code?
    {
      do {
        _ = try read(file, replacing: path, value)
        return nil
      } catch {
        return (error as? CheckpointError)?.code
      }
    }
    #expect(code("param_groups") { _ in .int(3) } == .misfit)
    #expect(code("param_groups/0/maximize") { _ in .bool(true) } == .unsupported)
    #expect(code("param_groups/0/lr") { _ in .string("0.1") } == .corrupt)
    #expect(code("param_groups/0/lr") { _ in .float(.nan) } == .corrupt)
    #expect(code("param_groups/0/betas") { _ in .none } == .corrupt)
    #expect(code("param_groups/0/betas") { .tuple([$0.add(.float(0.9)), $0.add(.float(1))]) } == .corrupt)
    #expect(code("param_groups/0/params") { _ in .none } == .corrupt)
    #expect(code("param_groups/0/params") { .list([$0.add(.string("w"))]) } == .unsupported)
    #expect(code("param_groups/1/params") { .list([$0.add(.int(0))]) } == .corrupt)
    #expect(code("param_groups/0/params") { .list([$0.add(.int(0))]) } == .misfit)
    #expect(code("state/0/step") { _ in .float(-1) } == .corrupt)
    #expect(code("state/0/exp_avg") { _ in .int(1) } == .corrupt)
    #expect(code("state/0") { _ in .int(1) } == .corrupt)
    let huge = code("state/0/exp_avg") { document in
      let storage = document.add(Storage(name: "x", byteCount: 4, bytes: .memory([0, 0, 0, 0])))
      return .tensor(
        TensorRecord(dtype: .float32, shape: [1 << 20, 1 << 20], strides: [0, 0], storage: storage))
    }
    #expect(huge == .corrupt)
    #expect(throws: CheckpointError(.misfit, "")) {
      try OptimizerState(Checkpoint.open(Fixtures.path("checkpoints/od_215.pt")))
    }
  }

  @Test func `numbers may be Python's, numpy's or tensors`() throws {
    #expect(try read(replacing: "param_groups/0/lr") { _ in .int(1) }.groups[0].learningRate == 1)
    let tensor = try read(replacing: "param_groups/0/lr") { document in
      let bytes = unsafe withUnsafeBytes(of: 0.125) { unsafe Array($0) }
      return document[document.add(tensor: bytes, .float64, shape: [])]
    }
    #expect(tensor.groups[0].learningRate == 0.125)
    let count = try read(replacing: "state/0/step") { document in
      document[document.add(tensor: [7, 0, 0, 0, 0, 0, 0, 0], .int64, shape: [])]
    }
    #expect(count.entries[0]?.step == 7)
    #expect(try read("adam_113", replacing: "state/0/step") { _ in .float(9) }.entries[0]?.step == 9)
  }
}
