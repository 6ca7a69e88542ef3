// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The same elements in another shape; shapes as values.
extension OperatorCall {
  func identity() throws(CheckpointError) -> GraphTensor {
    try check(attributes: [])
    try check(inputs: 1...1)
    return try input(0)
  }

  /// From the operator set 15 on parts of the shape can be asked for, which is refused.
  func shape() throws(CheckpointError) -> GraphTensor {
    try check(attributes: [])
    try check(inputs: 1...1)
    let sizes = try input(0).shape
    return GraphTensor([sizes.count], unchecked: .int(sizes.map { Int64($0) }))
  }

  func reshape() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["allowzero"])
    guard try !flag("allowzero", default: false) else { throw unsupported("its attribute `allowzero` is 1") }
    try check(inputs: 2...2)
    let (input, wanted) = (try input(0), try list(1))
    func wrong() -> CheckpointError { misfit("the shape \(input.shape) cannot become \(wanted)") }
    var shape: [Int] = []
    for (axis, size) in wanted.enumerated() {
      guard size >= -1, size != 0 || axis < input.shape.count else { throw wrong() }
      shape.append(size == 0 ? input.shape[axis] : size)
    }
    if let open = shape.firstIndex(of: -1) {
      shape[open] = 1
      guard let others = shape.elementCount, others > 0, !wanted[(open + 1)...].contains(-1),
        input.count % others == 0
      else { throw wrong() }
      shape[open] = input.count / others
    }
    guard shape.elementCount == input.count else { throw wrong() }
    _ = try count(shape, input.elements)
    return GraphTensor(shape, unchecked: input.elements)
  }

  func flatten() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["axis"])
    try check(inputs: 1...1)
    let input = try input(0)
    let rank = input.shape.count
    let named = try int("axis") ?? 1
    guard (-rank...rank).contains(named) else { throw misfit("axis \(named) of \(rank) dimensions") }
    let axis = named < 0 ? named + rank : named
    let shape = [input.shape[..<axis].reduce(1, *), input.shape[axis...].reduce(1, *)]
    return GraphTensor(shape, unchecked: input.elements)
  }

  func range() throws(CheckpointError) -> GraphTensor {
    try check(attributes: [])
    try check(inputs: 3...3)
    let bounds = try (0..<3).map { index throws(CheckpointError) in try input(index) }
    for bound in bounds where bound.count != 1 || bound.shape.count > 1 {
      throw misfit("an input has the shape \(bound.shape), and one number is wanted")
    }
    if let start = bounds[0].ints?[0], let limit = bounds[1].ints?[0], let step = bounds[2].ints?[0] {
      guard step != 0 else { throw misfit("its step is 0") }
      let (way, overflow) = limit.subtractingReportingOverflow(start)
      guard !overflow else { throw misfit("from \(start) to \(limit)") }
      let isEmpty = step > 0 ? way <= 0 : way >= 0
      // Both are of one sign, so that this rounds up without overflow.
      let steps = isEmpty ? 0 : (way.magnitude - 1) / step.magnitude + 1
      guard let count = Int(exactly: steps) else { throw misfit("from \(start) to \(limit)") }
      _ = try self.count([count], .int([]))
      return GraphTensor([count], unchecked: .int((0..<count).map { start + Int64($0) * step }))
    }
    if let start = bounds[0].floats?[0], let limit = bounds[1].floats?[0], let step = bounds[2].floats?[0] {
      let steps = ((Double(limit) - Double(start)) / Double(step)).rounded(.up)
      guard step != 0, let count = Int(exactly: max(steps, 0)) else {
        throw misfit("from \(start) to \(limit) by \(step)")
      }
      _ = try self.count([count])
      return GraphTensor([count], unchecked: .float((0..<count).map { start + Float($0) * step }))
    }
    throw unsupported("its inputs are \(bounds.map(\.elements.dtype.rawValue).joined(separator: ", "))")
  }
}
