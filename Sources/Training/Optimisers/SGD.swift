// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Stochastic gradient descent with momentum, in `torch.optim.SGD`'s arithmetic.
///
/// A parameter without a gradient (frozen, or not used in the step) is left alone, as PyTorch leaves one
/// whose `grad` is None.
package final class SGD<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  /// Parameters that share a weight decay.
  package struct Group {
    package var parameters: [Parameter<Real>]
    package var weightDecay: Double

    package init(_ parameters: [Parameter<Real>], weightDecay: Double) {
      self.parameters = parameters
      self.weightDecay = weightDecay
    }
  }

  package let groups: [Group]
  package let momentum: Double
  package let dampening: Double
  package let nesterov: Bool
  private let arena = Arena(regionBytes: 8 << 20)
  private var buffers: [ObjectIdentifier: Block<Real>] = [:]

  package init(
    _ groups: [Group], momentum: Double = 0.9, dampening: Double = 0, nesterov: Bool = true
  ) {
    self.groups = groups
    self.momentum = momentum
    self.dampening = dampening
    self.nesterov = nesterov
  }

  /// Moves every parameter that has a gradient.
  package func step(_ workers: Workers, learningRate: Double) {
    var pieces: [Piece] = []
    for group in groups {
      for parameter in group.parameters where !parameter.isFrozen {
        guard let gradient = parameter.variable.gradient else { continue }
        let (buffer, isFirst) = buffer(of: parameter)
        let step = SGDStep(
          learningRate: learningRate, momentum: momentum, dampening: dampening,
          weightDecay: group.weightDecay, nesterov: nesterov, isFirst: isFirst)
        let rows = parameter.value.rows
        let some = max(1, 65536 / max(1, parameter.value.columns))
        for start in stride(from: 0, to: rows, by: some) {
          let range = start..<min(rows, start + some)
          pieces.append(
            Piece(
              value: parameter.value.rows(range), gradient: gradient.rows(range),
              buffer: buffer?.rows(range), step: step))
        }
      }
    }
    let elements = pieces.reduce(0) { $0 + $1.value.rows * $1.value.columns }
    workers.forEach(pieces.count, elements: elements) { index in
      let piece = pieces[index]
      Numbers.descend(piece.value, piece.gradient, momentum: piece.buffer, piece.step)
    }
  }

  /// The momentum buffer of a parameter, row by row; nil before its first step.
  package func momentumBuffer(of parameter: Parameter<Real>) -> [Float]? {
    buffers[ObjectIdentifier(parameter)]?.rows(parameter.value.rows, parameter.value.columns).floats
  }

  /// Sets the momentum buffer of a parameter, as when a run is resumed.
  ///
  /// - Throws: `misfit` when there are not as many values as the parameter has.
  package func restore(_ values: [Float], to parameter: Parameter<Real>) throws(CheckpointError) {
    guard values.count == parameter.value.rows * parameter.value.columns else {
      throw CheckpointError(
        .misfit, "the momentum buffer has \(values.count) values for the shape \(parameter.shape)",
        at: .init(key: parameter.key))
    }
    buffer(of: parameter).rows?.update(from: values)
  }

  private struct Piece {
    let value: Rows<Real>
    let gradient: Rows<Real>
    let buffer: Rows<Real>?
    let step: SGDStep
  }

  private func buffer(of parameter: Parameter<Real>) -> (rows: Rows<Real>?, isFirst: Bool) {
    guard momentum != 0 else { return (nil, false) }
    let (rows, columns) = (parameter.value.rows, parameter.value.columns)
    if let block = buffers[ObjectIdentifier(parameter)] { return (block.rows(rows, columns), false) }
    let block = Block<Real>(arena, count: rows * columns)
    buffers[ObjectIdentifier(parameter)] = block
    return (block.rows(rows, columns), true)
  }
}
