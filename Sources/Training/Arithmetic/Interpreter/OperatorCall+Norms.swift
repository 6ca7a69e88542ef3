// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Each channel scaled and moved: [batch, channels, ...].
extension OperatorCall {
  func batchNormalization() throws(CheckpointError) -> GraphTensor {
    // The momentum counts in training alone.
    try check(attributes: ["epsilon", "momentum", "training_mode"])
    guard try !flag("training_mode", default: false) else { throw unsupported("it trains") }
    guard node.outputs.count == 1 else { throw unsupported("it gives \(node.outputs.count) values") }
    try check(inputs: 5...5)
    let (shape, values) = try floats(0)
    guard shape.count >= 2 else { throw misfit("its input has the shape \(shape)") }
    let epsilon = Double(try float("epsilon", default: 1e-5))
    let channels = shape[1]
    let (scale, bias) = (try floats(1, of: channels), try floats(2, of: channels))
    let (mean, variance) = (try floats(3, of: channels), try floats(4, of: channels))
    let factors = zip(scale, variance).map { Double($0) / (Double($1) + epsilon).squareRoot() }
    let terms = (0..<channels).map { Double(bias[$0]) - Double(mean[$0]) * factors[$0] }
    return try scaled(shape, values) { (factors[$0 % channels], terms[$0 % channels]) }
  }

  func instanceNormalization() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["epsilon"])
    try check(inputs: 3...3)
    let (shape, values) = try floats(0)
    guard shape.count >= 3 else { throw misfit("its input has the shape \(shape)") }
    let epsilon = Double(try float("epsilon", default: 1e-5))
    let channels = shape[1]
    let (scale, bias) = (try floats(1, of: channels), try floats(2, of: channels))
    let size = shape[2...].reduce(1, *)
    return try scaled(shape, values) { row in
      let part = values[row * size..<(row + 1) * size]
      let mean = part.reduce(0) { $0 + Double($1) } / Double(size)
      let variance = part.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(size)
      let factor = Double(scale[row % channels]) / (variance + epsilon).squareRoot()
      return (factor, Double(bias[row % channels]) - mean * factor)
    }
  }

  /// Each element times the factor, and the term, of its row: a channel of an item of the batch.
  private func scaled(
    _ shape: [Int], _ values: [Float], _ row: (Int) -> (factor: Double, term: Double)
  ) throws(CheckpointError) -> GraphTensor {
    _ = try count(shape)
    let size = shape[2...].reduce(1, *)
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for start in stride(from: 0, to: values.count, by: max(size, 1)) {
      let (factor, term) = row(start / size)
      for value in values[start..<start + size] { result.append(Float(Double(value) * factor + term)) }
    }
    return GraphTensor(shape, unchecked: .float(result))
  }
}
