// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// The optimizer state of 3D-Speaker's RDINO files goes to the student's parameters.
@Suite struct RDINOStateTests {
  /// The student's parameters in upstream's two groups: weights decay, biases and vectors do not; `weight_g` is frozen.
  private func groups(_ document: Document) throws -> [ParameterGroup<Float>] {
    let student = try #require(document.value(of: "student", in: document.root))
    let registry = Registry<Float>()
    var groups: [[Parameter<Float>]] = [[], []]
    for child in document.children(of: student) {
      let key = child.component
      guard case .tensor(let record) = document[child.node], record.dtype == .float32,
        !key.hasSuffix("running_mean"), !key.hasSuffix("running_var"), !key.hasSuffix("weight_g")
      else { continue }
      let parameter = try Scope(registry, source: FreshParameters(seed: 0)).parameter(
        key.shown, record.shape, .zeros)
      groups[key.hasSuffix(".bias") || record.shape.count == 1 ? 1 : 0].append(parameter)
    }
    return [ParameterGroup(groups[0], weightDecay: 1), ParameterGroup(groups[1], weightDecay: 1)]
  }

  @Test(arguments: ["epoch1-torch1.13", "torch1.13", "torch2.15"])
  func `every buffer fits its parameter`(_ name: String) throws {
    let document = try Checkpoint.open(Fixtures.path("checkpoints/rdino-tiny-\(name).pth"))
    let node = try #require(document.value(of: "optimizer", in: document.root))
    let state = try OptimizerState(document, at: node)
    let sgd = SGD<NativeKernels<Float>>(try groups(document), nesterov: true)
    try state.restore(into: sgd)
    #expect(sgd.settings == SGDSettings(momentum: 0.9))
    #expect(sgd.groups.map(\.weightDecay) == [5e-5, 0])
    let last = try #require(sgd.groups[0].parameters.last)
    #expect(last.key == "module.head.last_layer.weight_v")
    #expect((sgd.momentumBuffer(of: last) == nil) == name.hasPrefix("epoch1"))
    #expect(sgd.state.entries == state.entries)

    // A head of another width has as many parameters, and PyTorch takes its state.
    var groups = try groups(document)
    let index = try #require(groups[0].parameters.firstIndex { $0.key == "module.head.mlp.0.weight" })
    var parameters = groups[0].parameters
    parameters[index] = try Scope(Registry(), source: FreshParameters(seed: 0)).parameter(
      "module.head.mlp.0.weight", [64, 16], .zeros)
    groups[0] = ParameterGroup(parameters)
    let error = #expect(throws: CheckpointError.self) {
      try state.restore(into: SGD<NativeKernels<Float>>(groups))
    }
    #expect(error?.code == .misfit && error?.location.key == "module.head.mlp.0.weight")
    #expect(error?.reason.contains("[32, 16]") == true)
  }
}
