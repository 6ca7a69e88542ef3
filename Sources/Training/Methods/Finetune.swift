// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Supervised training of a backbone under a classifier: 3D-Speaker's `train.py`, one step at a time.
package final class Finetune<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let network: ECAPANetwork<Numbers>
  package let classifier: Classifier<Numbers>
  package let optimiser: any Optimiser<Numbers>
  package let machine: Machine

  /// SGD over all parameters in one group, the backbone's first, as `nn.Sequential(embedding_model, classifier)`.
  package convenience init(
    _ network: ECAPANetwork<Numbers>, _ classifier: Classifier<Numbers>, momentum: Double = 0.9,
    nesterov: Bool = true, weightDecay: Double = 1e-4, machine: Machine = Machine()
  ) throws(CheckpointError) {
    let group = ParameterGroup(
      network.registry.parameters + classifier.registry.parameters, weightDecay: weightDecay)
    try self.init(
      network, classifier, SGD([group], momentum: momentum, nesterov: nesterov), machine: machine)
  }

  /// With an optimiser over the parameters of both.
  package init(
    _ network: ECAPANetwork<Numbers>, _ classifier: Classifier<Numbers>,
    _ optimiser: any Optimiser<Numbers>, machine: Machine = Machine()
  ) throws(CheckpointError) {
    guard classifier.embedding == network.configuration.embedding else {
      throw CheckpointError(
        .misfit,
        "the classifier takes \(classifier.embedding) values, the backbone gives \(network.configuration.embedding)"
      )
    }
    self.network = network
    self.classifier = classifier
    self.machine = machine
    self.optimiser = optimiser
  }

  /// One step on utterances of equal length.
  ///
  /// - Parameters:
  ///   - features: utterances x frames x mel bins, row by row, as the network's front end takes them.
  ///   - labels: one for each utterance.
  /// - Throws: `misfit` when sizes do not go together.
  package func step(
    features: [Float], frames: Int, labels: [Int], learningRate: Double, margin: Double
  ) throws(CheckpointError) -> Loss {
    try network.check(features: features, batch: labels.count, frames: frames, training: true)
    try check(labels)

    let tape = Tape<Numbers>(machine, training: true)
    let input = tape.input(
      features, batch: labels.count, positions: frames, channels: network.configuration.inputs)
    let embeddings = network.forward(tape, input)
    let loss = classifier.loss(tape, embeddings, labels: labels, margin: margin)

    network.registry.clearGradients()
    classifier.registry.clearGradients()
    tape.backward()
    optimiser.step(machine.workers, learningRate: learningRate)
    return loss
  }

  /// The loss and the right answers on utterances, with nothing changed: running statistics, no margin.
  package func evaluate(
    features: [Float], frames: Int, labels: [Int]
  ) throws(CheckpointError) -> Loss {
    try network.check(features: features, batch: labels.count, frames: frames)
    try check(labels)
    let tape = Tape<Numbers>(machine, training: false)
    let input = tape.input(
      features, batch: labels.count, positions: frames, channels: network.configuration.inputs)
    return classifier.loss(tape, network.forward(tape, input), labels: labels, margin: 0)
  }

  private func check(_ labels: [Int]) throws(CheckpointError) {
    guard labels.allSatisfy({ (0..<classifier.classes).contains($0) }) else {
      throw CheckpointError(.misfit, "a label is outside 0 ..< \(classifier.classes)")
    }
  }
}
