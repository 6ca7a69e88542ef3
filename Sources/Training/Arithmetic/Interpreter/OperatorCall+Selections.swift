// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What takes elements out of others and computes nothing.
extension OperatorCall {
  /// A result of elements that `axes` finds in `input`. Nothing is listed where nothing comes out.
  private func selected(
    _ shape: [Int], _ input: GraphTensor, filling: GraphTensor.Elements? = nil,
    _ axes: (_ strides: [Int]) throws(CheckpointError) -> [[Int?]]
  ) throws(CheckpointError) -> GraphTensor {
    let count = try count(shape, input.elements)
    // An index of an axis takes more than an element, and one of the others may be 1.
    guard count > 0 else { return GraphTensor(shape, unchecked: ElementSelection([[]]).of(input.elements)) }
    let selection = ElementSelection(try axes(ElementSelection.strides(input.shape)))
    return GraphTensor(shape, unchecked: selection.of(input.elements, filling: filling))
  }

  private static func whole(_ size: Int, _ stride: Int) -> [Int?] { (0..<size).map { $0 * stride } }

  func transpose() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["perm"])
    try check(inputs: 1...1)
    let input = try input(0)
    let rank = input.shape.count
    let order = try ints("perm") ?? (0..<rank).reversed()
    guard order.sorted() == Array(0..<rank) else {
      throw misfit("its attribute `perm` \(order) is no order of \(rank) dimensions")
    }
    return try selected(order.map { input.shape[$0] }, input) { strides throws(CheckpointError) in
      order.map { Self.whole(input.shape[$0], strides[$0]) }
    }
  }

  func slice() throws(CheckpointError) -> GraphTensor {
    try check(attributes: [])
    try check(inputs: 3...5)
    let input = try input(0)
    let rank = input.shape.count
    let (starts, ends) = (try list(1), try list(2))
    let axes = try axes(optional(3) == nil ? Array(0..<starts.count) : list(3), of: rank)
    let steps = try optional(4) == nil ? [Int](repeating: 1, count: starts.count) : list(4)
    guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
      throw misfit(
        "it has \(starts.count) starts, \(ends.count) ends, \(axes.count) axes and \(steps.count) steps")
    }
    var cuts = input.shape.map { (first: 0, count: $0, step: 1) }
    for (index, axis) in axes.enumerated() {
      let (size, step) = (input.shape[axis], steps[index])
      guard step != 0 else { throw misfit("its step is 0") }
      func bound(_ value: Int) -> Int { value < 0 ? value + size : value }
      // As Python's slices have it: backwards from the last one, down to before the first.
      let (low, high) = step > 0 ? (0, size) : (-1, size - 1)
      let first = min(max(bound(starts[index]), step > 0 ? 0 : min(0, high)), high)
      let end = min(max(bound(ends[index]), low), high)
      let way = step > 0 ? end - first : first - end
      // The least number has no opposite; no way is as long.
      let stride = step == Int.min ? Int.max : abs(step)
      cuts[axis] = (first, way > 0 ? (way - 1) / stride + 1 : 0, step)
    }
    return try selected(cuts.map(\.count), input) { strides throws(CheckpointError) in
      zip(cuts, strides).map { cut, stride in (0..<cut.count).map { (cut.first + $0 * cut.step) * stride } }
    }
  }

  func gather() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["axis"])
    try check(inputs: 2...2)
    let (input, indices) = (try input(0), try input(1))
    let axis = try axis(int("axis") ?? 0, of: input.shape.count)
    guard let numbers = indices.ints else { throw otherType(indices, 1) }
    let size = input.shape[axis]
    for number in numbers where number < -Int64(size) || number >= Int64(size) {
      throw misfit("the index \(number) of \(size)")
    }
    let shape = Array(input.shape[..<axis]) + indices.shape + Array(input.shape[(axis + 1)...])
    return try selected(shape, input) { strides throws(CheckpointError) in
      var axes = zip(input.shape, strides).map(Self.whole)
      axes[axis] = numbers.map { Int($0 < 0 ? $0 + Int64(size) : $0) * strides[axis] }
      return axes
    }
  }

  func pad() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["mode"])
    try check(inputs: 2...3)
    let input = try input(0)
    let rank = input.shape.count
    let mode = try text("mode", default: "constant")
    guard mode == "constant" || mode == "reflect" || mode == "edge" else {
      throw unsupported("its attribute `mode` is `\(mode)`")
    }
    let pads = try list(1)
    guard pads.count == 2 * rank else { throw misfit("it has \(pads.count) pads for \(rank) dimensions") }
    if let fill = optional(2), fill.count != 1 || fill.elements.dtype != input.elements.dtype {
      throw misfit(
        "its input 2 is \(fill.elements.dtype.rawValue) of the shape \(fill.shape), and one number is wanted")
    }
    var shape: [Int] = []
    for (axis, size) in input.shape.enumerated() {
      let (before, after) = (pads[axis], pads[axis + rank])
      let (part, over) = size.addingReportingOverflow(before)
      let (whole, beyond) = part.addingReportingOverflow(after)
      guard !over, !beyond, part >= 0, whole >= 0, whole - max(before, 0) >= 0 else {
        throw misfit("its pads \(before) and \(after) of a size \(size)")
      }
      if mode != "constant" {
        guard before >= 0, after >= 0 else { throw unsupported("it cuts, with the mode `\(mode)`") }
        guard max(before, after) <= (mode == "reflect" ? max(size - 1, 0) : size > 0 ? Int.max : 0) else {
          throw misfit("its pads \(before) and \(after) of a size \(size), with the mode `\(mode)`")
        }
      }
      shape.append(whole)
    }
    return try selected(shape, input, filling: optional(2)?.elements) { strides throws(CheckpointError) in
      shape.indices.map { axis in
        (0..<shape[axis]).map { index in
          let (size, place) = (input.shape[axis], index - pads[axis])
          if (0..<size).contains(place) { return place * strides[axis] }
          switch mode {
          case "reflect": return (place < 0 ? -place : 2 * (size - 1) - place) * strides[axis]
          case "edge": return (place < 0 ? 0 : size - 1) * strides[axis]
          default: return nil
          }
        }
      }
    }
  }

  func concat() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["axis"])
    guard let first = try inputs.isEmpty ? nil : input(0), let named = try int("axis") else {
      throw misfit(inputs.isEmpty ? "it has no input" : "it has no attribute `axis`")
    }
    let axis = try axis(named, of: first.shape.count)
    var shape = first.shape
    var parts = [first]
    for index in inputs.indices.dropFirst() {
      let part = try input(index)
      var wanted = first.shape
      if part.shape.count == wanted.count { wanted[axis] = part.shape[axis] }
      guard part.shape == wanted else {
        throw misfit("its inputs have the shapes \(first.shape) and \(part.shape)")
      }
      guard part.elements.dtype == first.elements.dtype else { throw otherType(part, index) }
      let (sum, overflow) = shape[axis].addingReportingOverflow(part.shape[axis])
      guard !overflow else { throw misfit("its inputs are too long") }
      shape[axis] = sum
      parts.append(part)
    }
    let count = try count(shape, first.elements)
    func joined<Value>(_ parts: [[Value]]) -> [Value] {
      var values: [Value] = []
      values.reserveCapacity(count)
      let times = shape[..<axis].reduce(1, *)
      for time in 0..<(count == 0 ? 0 : times) {
        for part in parts {
          let block = part.count / times
          values += part[time * block..<(time + 1) * block]
        }
      }
      return values
    }
    switch first.elements {
    case .float: return GraphTensor(shape, unchecked: .float(joined(parts.compactMap(\.floats))))
    case .int: return GraphTensor(shape, unchecked: .int(joined(parts.compactMap(\.ints))))
    case .half: throw otherType(first, 0)
    }
  }
}
