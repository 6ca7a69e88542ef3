// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// One node with what goes into it, as an operator sees them.
struct OperatorCall {
  let node: OperatorNode
  /// Nil for an optional one that is left out.
  let inputs: [GraphTensor?]
  /// Bytes that may still be taken.
  let room: Int

  // MARK: Refusals

  /// The error of the node, by what it gives.
  static func fault(
    _ code: CheckpointError.Code, _ node: OperatorNode, _ reason: String
  ) -> CheckpointError {
    CheckpointError(
      code, "\(node.operation.shown): \(reason)",
      at: .init(key: ValuePath.escape(node.outputs.first { !$0.isEmpty } ?? "")))
  }

  /// What is not run.
  func unsupported(_ reason: String) -> CheckpointError { Self.fault(.unsupported, node, reason) }
  /// What does not go together.
  func misfit(_ reason: String) -> CheckpointError { Self.fault(.misfit, node, reason) }

  private static let mostDimensions = 64

  /// How many elements a shape has, whose tensor there is room for.
  ///
  /// - Throws: `.limit` where there is not.
  func count(_ shape: [Int], _ elements: GraphTensor.Elements = .float([])) throws(CheckpointError) -> Int {
    guard shape.count <= Self.mostDimensions else {
      throw Self.fault(.limit, node, "its result has more than \(Self.mostDimensions) dimensions")
    }
    guard let count = shape.elementCount, count <= room / elements.width else {
      throw Self.fault(
        .limit, node,
        "its result of the shape \(shape) takes more memory than the \(room >> 20) MB that are left")
    }
    return count
  }

  // MARK: Inputs

  /// - Throws: `.misfit` where there are fewer or more inputs than the operator has.
  func check(inputs count: ClosedRange<Int>) throws(CheckpointError) {
    guard count.contains(inputs.count), inputs.prefix(count.lowerBound).allSatisfy({ $0 != nil }) else {
      throw misfit("it has \(inputs.count) inputs")
    }
  }

  func optional(_ index: Int) -> GraphTensor? { index < inputs.count ? inputs[index] : nil }

  func input(_ index: Int) throws(CheckpointError) -> GraphTensor {
    guard let input = optional(index) else { throw misfit("its input \(index) is left out") }
    return input
  }

  /// An input of float32.
  func floats(_ index: Int) throws(CheckpointError) -> (shape: [Int], values: [Float]) {
    let input = try input(index)
    guard let values = input.floats else { throw otherType(input, index) }
    return (input.shape, values)
  }

  /// An input of float32 with one dimension of that size.
  func floats(_ index: Int, of count: Int) throws(CheckpointError) -> [Float] {
    let (shape, values) = try floats(index)
    guard shape == [count] else {
      throw misfit("its input \(index) has the shape \(shape) and not [\(count)]")
    }
    return values
  }

  /// An input of int64 with one dimension, each within what `Int` holds.
  func list(_ index: Int) throws(CheckpointError) -> [Int] {
    let input = try input(index)
    guard let values = input.ints else { throw otherType(input, index) }
    guard input.shape.count == 1 else {
      throw misfit("its input \(index) has the shape \(input.shape), and one dimension is wanted")
    }
    return values.map { Int($0) }
  }

  func otherType(_ input: GraphTensor, _ index: Int) -> CheckpointError {
    unsupported("its input \(index) is \(input.elements.dtype.rawValue)")
  }

  // MARK: Attributes

  /// - Throws: `.unsupported` for an attribute that changes what the operator does in a way that is not known here.
  func check(attributes known: Set<Text>) throws(CheckpointError) {
    for (name, _) in node.attributes where !known.contains(name) {
      throw unsupported("its attribute `\(name)` is not known")
    }
  }

  private func wrong(_ name: Text) -> CheckpointError {
    unsupported("its attribute `\(name)` is of another type")
  }

  func int(_ name: Text) throws(CheckpointError) -> Int? {
    guard let value = node[name] else { return nil }
    guard case .int(let number) = value else { throw wrong(name) }
    return Int(number)
  }

  func float(_ name: Text, default value: Float) throws(CheckpointError) -> Float {
    guard let attribute = node[name] else { return value }
    guard case .float(let number) = attribute else { throw wrong(name) }
    return number
  }

  func text(_ name: Text, default value: Text) throws(CheckpointError) -> Text {
    guard let attribute = node[name] else { return value }
    guard case .string(let text) = attribute else { throw wrong(name) }
    return text
  }

  func ints(_ name: Text) throws(CheckpointError) -> [Int]? {
    guard let value = node[name] else { return nil }
    guard case .ints(let numbers) = value else { throw wrong(name) }
    return numbers.map { Int($0) }
  }

  /// One of 0 and 1.
  func flag(_ name: Text, default value: Bool) throws(CheckpointError) -> Bool {
    guard let number = try int(name) else { return value }
    guard number == 0 || number == 1 else { throw unsupported("its attribute `\(name)` is \(number)") }
    return number == 1
  }

  /// An axis of a tensor of so many dimensions, which may be counted from the end.
  func axis(_ axis: Int, of rank: Int) throws(CheckpointError) -> Int {
    guard axis >= -rank, axis < rank else { throw misfit("axis \(axis) of \(rank) dimensions") }
    return axis < 0 ? axis + rank : axis
  }

  /// Different axes, in no order.
  func axes(_ axes: [Int], of rank: Int) throws(CheckpointError) -> [Int] {
    var found: [Int] = []
    for one in axes {
      let one = try axis(one, of: rank)
      guard !found.contains(one) else { throw misfit("axis \(one) is named twice") }
      found.append(one)
    }
    return found
  }
}
