// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc

extension Operators {
  static func logarithm(_ x: Float) -> Float { log(x) }
  static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
  static func tangent(_ x: Float) -> Float { tanh(x) }
}

/// Functions of each element.
extension OperatorCall {
  /// A function of floats.
  @inline(__always)
  func mapped(_ function: (Float) -> Float) throws(CheckpointError) -> GraphTensor {
    try check(attributes: [])
    try check(inputs: 1...1)
    let (shape, values) = try floats(0)
    _ = try count(shape)
    return GraphTensor(shape, unchecked: .float(values.map(function)))
  }

  func relu() throws(CheckpointError) -> GraphTensor {
    // NaN stays NaN.
    try mapped { $0 < 0 ? 0 : $0 }
  }

  func clip() throws(CheckpointError) -> GraphTensor {
    try check(attributes: [])
    try check(inputs: 1...3)
    let input = try input(0)
    _ = try count(input.shape, input.elements)
    for index in 1...2 {
      guard let bound = optional(index) else { continue }
      guard bound.count == 1, bound.shape.count <= 1 else {
        throw misfit("its input \(index) has the shape \(bound.shape), and one number is wanted")
      }
      guard bound.elements.dtype == input.elements.dtype else { throw otherType(bound, index) }
    }
    // Where the bounds are the wrong way round, the upper one counts.
    func clipped<Value: Comparable>(_ values: [Value], _ low: Value?, _ high: Value?) -> [Value] {
      values.map { value in
        var value = value
        if let low, value < low { value = low }
        if let high, value > high { value = high }
        return value
      }
    }
    switch input.elements {
    case .float(let values):
      return GraphTensor(
        input.shape, unchecked: .float(clipped(values, optional(1)?.floats?[0], optional(2)?.floats?[0])))
    case .int(let values):
      return GraphTensor(
        input.shape, unchecked: .int(clipped(values, optional(1)?.ints?[0], optional(2)?.ints?[0])))
    case .half: throw otherType(input, 0)
    }
  }

  /// A function of two elements, of floats or of integers.
  @inline(__always)
  func combined(
    _ floats: (Float, Float) -> Float, _ ints: (Int64, Int64) -> Int64
  ) throws(CheckpointError) -> GraphTensor {
    try check(attributes: [])
    try check(inputs: 2...2)
    let (a, b) = (try input(0), try input(1))
    let pairing = try Broadcast(a.shape, b.shape, of: self)
    _ = try count(pairing.shape, a.elements)
    switch (a.elements, b.elements) {
    case (.float(let a), .float(let b)):
      return GraphTensor(pairing.shape, unchecked: .float(pairing.combined(a, b, floats)))
    case (.int(let a), .int(let b)):
      return GraphTensor(pairing.shape, unchecked: .int(pairing.combined(a, b, ints)))
    default: throw unsupported("its inputs are \(a.elements.dtype.rawValue) and \(b.elements.dtype.rawValue)")
    }
  }

  /// Of integers towards zero.
  func quotient() throws(CheckpointError) -> GraphTensor {
    if let divisors = optional(1)?.ints, divisors.contains(0) {
      throw misfit("it divides an integer by zero")
    }
    // The least number has no opposite.
    return try combined({ $0 / $1 }, { $1 == -1 ? 0 &- $0 : $0 / $1 })
  }

  func cast() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["to"])
    try check(inputs: 1...1)
    let input = try input(0)
    let named = try int("to")
    let (float, int, half) = (1, 7, 10)
    guard let to = named, [float, int, half].contains(to) else {
      throw unsupported("its attribute `to` is \(named.map(String.init) ?? "not there")")
    }
    _ = try count(input.shape, to == int ? .int([]) : .float([]))
    func gives(_ elements: GraphTensor.Elements) -> GraphTensor {
      GraphTensor(input.shape, unchecked: elements)
    }
    switch (input.elements, to) {
    case (.float, float), (.int, int), (.half, half): return input
    case (.half(let bits), float): return gives(.float(bits.map { Float(Float16(bitPattern: $0)) }))
    case (.half(let bits), _): return gives(.int(try integers(bits.map { Float(Float16(bitPattern: $0)) })))
    case (.float(let values), half): return gives(.half(values.map { Float16($0).bitPattern }))
    case (.float(let values), _): return gives(.int(try integers(values)))
    case (.int(let values), float): return gives(.float(values.map { Float($0) }))
    case (.int(let values), _): return gives(.half(values.map { Float16($0).bitPattern }))
    }
  }

  private func integers(_ values: [Float]) throws(CheckpointError) -> [Int64] {
    let integers = values.map { Int64(exactly: $0.rounded(.towardZero)) }
    let known = integers.compactMap { $0 }
    // What others make of these is undefined.
    guard known.count == integers.count else { throw misfit("a value has no place in int64") }
    return known
  }
}
