// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Runs a graph of ONNX's operators node by node: the plain form of what a runtime does with an exported network, against
/// which exports are held.
///
/// No graph stops the process: whatever does not go together, and whatever is not known here, is an error that names the
/// node. Nothing else than the operator is ever computed in its place.
package struct Interpreter: Sendable {
  private let graph: OperatorGraph<OperatorModel.Tensor>
  private let steps: [Step]
  /// By slot, those that the graph has of its own; each is there for every run.
  private let constants: [GraphTensor?]
  private let inputSlots: [Int]
  private let outputSlots: [Int]
  /// Bytes that all values of a run may take, and the initialisers with them.
  private let limit: Int
  private let constantBytes: Int

  /// A node, its operator, and where its values are.
  private struct Step: Sendable {
    var node: OperatorNode
    var operation: Operators.Operator
    /// Nil for an optional input that is left out.
    var inputs: [Int?]
    var output: Int
    /// Values that nothing needs any more.
    var lastUses: [Int]
  }

  /// Those that are run.
  package static var operators: Set<Text> { Operators.names }

  /// More than any network of ours takes.
  package static let standardLimit = 4 << 30

  /// Reads the initialisers.
  ///
  /// - Parameter limit: bytes that all values may take at once.
  /// - Throws: `.unsupported` for an operator, an operator set and types that are not run; `.corrupt` for names that stand
  ///   twice and that nothing gives; `.limit` for initialisers that take more.
  package init(_ model: OperatorModel, limit: Int = Self.standardLimit) throws(CheckpointError) {
    guard Operators.operatorSets.contains(model.operatorSet) else {
      throw CheckpointError(
        .unsupported,
        "its operators are of the version \(model.operatorSet), and \(Operators.operatorSets.lowerBound) to \(Operators.operatorSets.upperBound) are run"
      )
    }
    graph = model.graph
    var slots = GraphSlots()
    inputSlots = try graph.inputs.map { port throws(CheckpointError) in try slots.add(port.name) }
    var bytes = 0
    var constants = [GraphTensor?](repeating: nil, count: inputSlots.count)
    for initializer in graph.initializers {
      do throws(CheckpointError) {
        _ = try slots.add(initializer.name)
        guard initializer.tensor.bytes.byteCount <= limit - bytes else {
          throw CheckpointError(.limit, "the initialisers take more memory than \(limit >> 20) MB")
        }
        bytes += initializer.tensor.bytes.byteCount
        constants.append(try GraphTensor(initializer))
      } catch { throw error.at(key: ValuePath.escape(initializer.name)) }
    }
    var steps: [Step] = []
    for node in graph.nodes {
      guard let operation = Operators[node.operation] else {
        throw OperatorCall.fault(.unsupported, node, "it is not among the operators that are run")
      }
      var inputs: [Int?] = []
      for name in node.inputs {
        guard let slot = slots[name] else {
          guard name.isEmpty else {
            throw OperatorCall.fault(.corrupt, node, "its input `\(name)` is given by nothing before it")
          }
          inputs.append(nil)
          continue
        }
        inputs.append(slot)
      }
      // Some have optional outputs, which are not computed.
      guard node.outputs.count == 1 else {
        throw OperatorCall.fault(
          .unsupported, node, "it gives \(node.outputs.count) values, and one is computed")
      }
      steps.append(
        Step(
          node: node, operation: operation, inputs: inputs, output: try slots.add(node.outputs[0]),
          lastUses: []))
    }
    outputSlots = try graph.outputs.map { port throws(CheckpointError) in
      guard let slot = slots[port.name] else {
        throw CheckpointError(
          .corrupt, "no node gives this output", at: .init(key: ValuePath.escape(port.name)))
      }
      return slot
    }
    let kept = Set(outputSlots)
    var seen = Set<Int>()
    for index in steps.indices.reversed() {
      for slot in steps[index].inputs.compactMap({ $0 }) + [steps[index].output]
      where !kept.contains(slot) && seen.insert(slot).inserted {
        steps[index].lastUses.append(slot)
      }
    }
    self.steps = steps
    constants += [GraphTensor?](repeating: nil, count: slots.count - constants.count)
    self.constants = constants
    self.limit = limit
    constantBytes = bytes
  }

  /// - Returns: the graph's outputs by name.
  /// - Throws: `.misfit` for inputs that the graph has not, that are missing or of another type or shape, and where shapes
  ///   within the graph do not go together; `.limit` where values take more memory than they may; `.unsupported` for what
  ///   an operator may do and does not do here.
  package func run(_ inputs: [Text: GraphTensor]) throws(CheckpointError) -> [Text: GraphTensor] {
    try check(inputs)
    var values = constants
    var bytes = constantBytes
    for (port, slot) in zip(graph.inputs, inputSlots) {
      values[slot] = inputs[port.name]
      bytes += values[slot]?.byteCount ?? 0
    }
    for step in steps {
      let call = OperatorCall(
        node: step.node, inputs: step.inputs.map { $0.flatMap { values[$0] } }, room: max(0, limit - bytes))
      let value = try step.operation(call)
      bytes += value.byteCount
      values[step.output] = value
      for slot in step.lastUses where constants[slot] == nil {
        bytes -= values[slot]?.byteCount ?? 0
        values[slot] = nil
      }
    }
    var outputs: [Text: GraphTensor] = [:]
    for (port, slot) in zip(graph.outputs, outputSlots) { outputs[port.name] = values[slot] }
    return outputs
  }

  private func check(_ inputs: [Text: GraphTensor]) throws(CheckpointError) {
    func wrong(_ name: Text, _ reason: String) -> CheckpointError {
      CheckpointError(.misfit, reason, at: .init(key: ValuePath.escape(name)))
    }
    for name in inputs.keys where !graph.inputs.contains(where: { $0.name == name }) {
      throw wrong(name, "the graph has no such input")
    }
    var sizes: [Text: Int] = [:]
    for port in graph.inputs {
      guard let input = inputs[port.name] else { throw wrong(port.name, "this input is missing") }
      guard input.elements.dtype == port.dtype, input.shape.count == port.dimensions.count else {
        throw wrong(
          port.name,
          "the graph takes \(port.dtype.rawValue) of \(port.dimensions.count) dimensions, and this is \(input.elements.dtype.rawValue) of \(input.shape.count)"
        )
      }
      for (dimension, size) in zip(port.dimensions, input.shape) {
        let wanted: Int
        switch dimension {
        case .size(let size): wanted = size
        case .named(""): continue
        case .named(let name):
          wanted = sizes[name] ?? size
          sizes[name] = size
        }
        guard size == wanted else {
          throw wrong(port.name, "its shape is \(input.shape), and where it has \(size), \(wanted) is wanted")
        }
      }
    }
  }
}

/// Places of values by their names, each given once.
private struct GraphSlots {
  private var slots: [Text: Int] = [:]

  var count: Int { slots.count }

  subscript(_ name: Text) -> Int? { slots[name] }

  mutating func add(_ name: Text) throws(CheckpointError) -> Int {
    let slot = slots.count
    guard !name.isEmpty, slots.updateValue(slot, forKey: name) == nil else {
      throw CheckpointError(
        .corrupt, name.isEmpty ? "a value of the graph has no name" : "the graph gives this value twice",
        at: .init(key: ValuePath.escape(name)))
    }
    return slot
  }
}
