// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc

/// Sums and means over axes, and what is made of them.
extension OperatorCall {
  func reduceMean() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["axes", "keepdims"])
    try check(inputs: 1...1)
    let (shape, values) = try floats(0)
    let reduction = try reduction(of: shape, over: ints("axes"), noneMeansAll: true)
    let sums = reduction.sums(values, 0.0) { $0 + Double($1) }
    let means = sums.map { Float($0 / Double(reduction.length)) }
    return GraphTensor(reduction.shape, unchecked: .float(means))
  }

  func reduceSum() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["keepdims", "noop_with_empty_axes"])
    try check(inputs: 1...2)
    let input = try input(0)
    let axes = try optional(1) == nil ? nil : list(1)
    let keepsAll = try flag("noop_with_empty_axes", default: false)
    let reduction = try reduction(of: input.shape, over: axes, noneMeansAll: !keepsAll)
    switch input.elements {
    case .float(let values):
      let sums = reduction.sums(values, 0.0) { $0 + Double($1) }
      return GraphTensor(reduction.shape, unchecked: .float(sums.map { Float($0) }))
    case .int(let values):
      return GraphTensor(reduction.shape, unchecked: .int(reduction.sums(values, 0) { $0 &+ $1 }))
    case .half: throw otherType(input, 0)
    }
  }

  private func reduction(
    of shape: [Int], over axes: [Int]?, noneMeansAll: Bool
  ) throws(CheckpointError) -> Reduction {
    let keepsAxes = try flag("keepdims", default: true)
    var axes = try self.axes(axes ?? [], of: shape.count)
    if axes.isEmpty, noneMeansAll { axes = Array(shape.indices) }
    let reduction = Reduction(shape, over: axes, keepsAxes: keepsAxes)
    // Sums are carried in eight bytes.
    _ = try count(reduction.shape, .int([]))
    return reduction
  }

  func softmax() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["axis"])
    try check(inputs: 1...1)
    let (shape, values) = try floats(0)
    guard !shape.isEmpty else { throw misfit("it has no dimension") }
    let axis = try axis(int("axis") ?? -1, of: shape.count)
    _ = try count(shape)
    var result = values
    let (size, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
    for outer in 0..<(values.isEmpty ? 0 : shape[..<axis].reduce(1, *)) {
      for place in 0..<inner {
        let start = outer * size * inner + place
        let places = stride(from: start, to: start + size * inner, by: inner)
        var most = -Float.infinity
        for index in places { most = max(most, values[index]) }
        var sum = 0.0
        for index in places {
          result[index] = exp(values[index] - most)
          sum += Double(result[index])
        }
        for index in places { result[index] = Float(Double(result[index]) / sum) }
      }
    }
    return GraphTensor(shape, unchecked: .float(result))
  }
}

/// What is added up where axes of a shape go.
struct Reduction {
  let shape: [Int]
  /// How many elements make one.
  let length: Int
  private let sizes: [Int]
  /// Along each axis, how far a step leads in the result.
  private let steps: [Int]

  init(_ sizes: [Int], over axes: [Int], keepsAxes: Bool) {
    self.sizes = sizes
    let kept = sizes.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
    shape = keepsAxes ? kept : sizes.indices.filter { !axes.contains($0) }.map { sizes[$0] }
    length = axes.reduce(1) { $0 * sizes[$1] }
    let strides = ElementSelection.strides(kept)
    steps = sizes.indices.map { axes.contains($0) ? 0 : strides[$0] }
  }

  /// In the order in which the elements lie.
  @inline(__always)
  func sums<Value, Sum>(_ values: [Value], _ zero: Sum, _ add: (Sum, Value) -> Sum) -> [Sum] {
    var sums = [Sum](repeating: zero, count: shape.reduce(1, *))
    if values.isEmpty { return sums }
    let (size, step) = (sizes.last ?? 1, steps.last ?? 0)
    var index = RowMajorIndex(sizes.dropLast())
    let moves = index.moves(steps.dropLast())
    var place = 0
    for start in Swift.stride(from: 0, to: values.count, by: size) {
      if step == 0 {
        var sum = sums[place]
        for k in start..<start + size { sum = add(sum, values[k]) }
        sums[place] = sum
      } else {
        for k in 0..<size { sums[place + k * step] = add(sums[place + k * step], values[start + k]) }
      }
      if let axis = index.advance() { place += moves[axis] }
    }
    return sums
  }
}
