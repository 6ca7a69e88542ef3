// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// Optimizer states that PyTorch 1.13 and 2.15 wrote: read, continued, and written as they write them.
@Suite struct OptimizerStateTests {
  private func open(_ name: String) throws -> (document: Document, state: OptimizerState) {
    let document = try Checkpoint.open(Fixtures.path(name))
    let path = try #require(document.optimizerPaths().first)
    let node = try #require(document.value(of: path, in: document.root))
    return (document, try OptimizerState(document, at: node))
  }

  private func weights(_ document: Document) throws -> OptimizerGolden.Values {
    let model = try #require(document.value(of: "model", in: document.root))
    var values: OptimizerGolden.Values = [:]
    for child in document.children(of: model) {
      guard case .tensor(let record) = document[child.node] else { continue }
      values[child.component.shown] = try TensorReader(document, record).floats()
    }
    return values
  }

  @Test(arguments: OptimizerGolden.names, OptimizerGolden.versions)
  func `a run goes on from PyTorch's state as PyTorch does`(_ name: String, _ version: String) throws {
    let golden = try OptimizerGolden(version)
    let (document, state) = try open("optimizer-steps/\(name)_\(version).pt")
    let run = try OptimizerRun(golden, name, from: weights(document), NativeKernels<Float>.self)
    try state.restore(into: run.optimizer)
    #expect(run.optimizer.groups.map(\.weightDecay) == [golden.decays[2], 0])
    #expect(run.optimizer.groups.map(\.lastRate) == golden.scales.map { golden.rates[2] * $0 })
    let workers = Workers(1)
    for step in 3..<6 {
      run.step(step, workers)
      #expect(try run.distance(after: step) < 3e-7, "step \(step)")
    }
  }

  @Test(arguments: OptimizerGolden.names, OptimizerGolden.versions)
  func `what is written has PyTorch's keys, order and values`(_ name: String, _ version: String) throws {
    let (document, _) = try open("optimizer-steps/\(name)_\(version).pt")
    let theirs = try #require(document.value(of: "optimizer", in: document.root))
    let run = try OptimizerRun(OptimizerGolden(version), name, NativeKernels<Float>.self)
    for step in 0..<3 { run.step(step, Workers(1)) }
    let folder = try TemporaryFolder()
    try OutputPlan(run.optimizer.state.document()).write(to: folder("state.pt"))
    let written = try Checkpoint.open(folder("state.pt"))

    var expected = try leaves(document, theirs)
    var found = try leaves(written, written.root)
    // Keys that the versions do not have in common.
    expected.removeAll { ["fused", "decoupled_weight_decay"].contains($0.key) }
    if name == "plain" {
      // Nothing, or None for each parameter.
      expected.removeAll { $0.path.hasPrefix("state") && $0.size == nil }
      found.removeAll { $0.path == "state" }
    }
    if version == "113" && ["adam", "amsgrad"].contains(name) {
      // Numbers in these files, tensors here.
      expected.removeAll { $0.key == "step" }
      found.removeAll { $0.key == "step" }
    }
    if version == "113" && ["adamw", "far"].contains(name) {
      // 1.13's AdamW has another order than its Adam, and no `differentiable`.
      found.removeAll { $0.key == "differentiable" }
      expected.sort { $0.path < $1.path }
      found.sort { $0.path < $1.path }
    }
    #expect(found.map(\.path) == expected.map(\.path))
    for (mine, yours) in zip(found, expected) {
      #expect(mine.size == yours.size, "\(mine.path)")
      #expect(mine.text == yours.text, "\(mine.path)")
      try #require(mine.numbers.count == yours.numbers.count, "\(mine.path)")
      let size = yours.numbers.reduce(0) { max($0, abs($1)) }
      for (a, b) in zip(mine.numbers, yours.numbers) {
        #expect(abs(a - b) <= (mine.size == nil ? 0 : 4e-7 * size), "\(mine.path): \(a), not \(b)")
      }
    }
  }

  @Test(arguments: OptimizerGolden.names) func `what is written is read again`(_ name: String) throws {
    let run = try OptimizerRun(OptimizerGolden("215"), name, NativeKernels<Float>.self)
    for step in 0..<3 { run.step(step, Workers(1)) }
    let state = run.optimizer.state
    let folder = try TemporaryFolder()
    try OutputPlan(state.document()).write(to: folder("state.pt"))
    let again = try OptimizerState(Checkpoint.open(folder("state.pt")))
    #expect(again.entries == state.entries)
    let fresh = try OptimizerRun(run.golden, name, NativeKernels<Float>.self)
    try again.restore(into: fresh.optimizer)
    #expect(fresh.optimizer.state == state)
  }

  /// A value below a node: what it is, with its numbers apart.
  private struct Leaf {
    var path: String
    var key: String
    var text = ""
    /// A tensor's type and shape.
    var size: String?
    var numbers: [Double] = []
  }

  private func leaves(_ document: Document, _ node: NodeID, _ path: [String] = []) throws -> [Leaf] {
    let children = document.children(of: node)
    if !children.isEmpty {
      return try children.flatMap { try leaves(document, $0.node, path + [$0.component.shown]) }
    }
    var leaf = Leaf(path: path.joined(separator: "/"), key: path.last ?? "")
    switch document[node] {
    case .tensor(let record):
      leaf.size = "\(record.dtype)\(record.shape)"
      leaf.numbers = try TensorReader(document, record).doubles()
    case .int(let value): leaf.numbers = [Double(value)]
    case .float(let value): leaf.numbers = [value]
    case .bool(let value): leaf.text = "\(value)"
    case .none: leaf.text = "None"
    default: leaf.text = "\(document[node])"
    }
    return [leaf]
  }

  @Test func `3D-Speaker's files: numpy's numbers, missing indices, three groups`() throws {
    let first = try open("checkpoints/rdino-tiny-epoch1-torch1.13.pth").state
    #expect(first.groups.map(\.parameters.count) == [43, 108])
    #expect(first.groups.map(\.learningRate) == [0.00625, 0.00625])
    #expect(first.groups.map(\.weightDecay) == [5e-05, 0])
    #expect(first.groups[0].settings == .sgd(SGDSettings(momentum: 0.9)))
    #expect(first.entries.count == 150 && first.entries[42] == nil)
    #expect(first.entries[0]?.tensors["momentum_buffer"]?.shape == [16, 80, 5])
    for version in ["1.13", "2.15"] {
      let state = try open("checkpoints/rdino-tiny-torch\(version).pth").state
      #expect(state.entries.count == 151)
      #expect(state.groups.map(\.weightDecay) == [5e-05, 0])
    }
    let last = try open("checkpoints/rdino-tiny-torch1.13.pth").state
    #expect(last.groups[1].learningRate == 0.000923826842697972)
    let sdpn = try open("checkpoints/sdpn-tiny-torch1.13.pth").state
    #expect(sdpn.groups.map(\.parameters.count) == [41, 107, 1])
    #expect(sdpn.groups.map(\.weightDecay) == [5e-05, 0, 0])
  }

  @Test func `the kinds are told, where the file tells them`() throws {
    func settings(_ name: String) throws -> OptimizerState.Settings {
      try open("checkpoints/x_\(name).pt").state.commonSettings()
    }
    #expect(try settings("sgd_113") == .sgd(SGDSettings(momentum: 0.9)))
    #expect(try settings("sgd_215") == .sgd(SGDSettings(momentum: 0.9)))
    #expect(try settings("adam_113") == .adam(AdamSettings(), decoupled: nil))
    #expect(try settings("adam_215") == .adam(AdamSettings(), decoupled: false))
    #expect(try settings("adamw_113") == .adam(AdamSettings(), decoupled: nil))
    #expect(try settings("adamw_215") == .adam(AdamSettings(), decoupled: true))
    let state = try open("checkpoints/x_adamw_215.pt").state
    #expect(state.entries[0]?.step == 1)
    #expect(state.entries[1]?.tensors["exp_avg_sq"]?.shape == [1])
  }
}
