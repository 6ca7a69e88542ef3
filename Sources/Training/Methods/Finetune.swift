// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Supervised training of a backbone under a classifier: 3D-Speaker's `train.py`, one step at a time.
package final class Finetune<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let network: any SpeakerNetwork<Numbers>
  package let classifier: Classifier<Numbers>
  package let optimiser: SGD<Numbers>
  package let machine: Machine

  /// All parameters in one group, the backbone's first, as `nn.Sequential(embedding_model, classifier)`.
  package init(
    _ network: any SpeakerNetwork<Numbers>, _ classifier: Classifier<Numbers>, momentum: Double = 0.9,
    nesterov: Bool = true, weightDecay: Double = 1e-4, machine: Machine = Machine()
  ) throws(CheckpointError) {
    guard classifier.embedding == network.embedding else {
      throw CheckpointError(
        .misfit,
        "the classifier takes \(classifier.embedding) values, the backbone gives \(network.embedding)"
      )
    }
    self.network = network
    self.classifier = classifier
    self.machine = machine
    self.optimiser = SGD(
      [.init(network.registry.parameters + classifier.registry.parameters, weightDecay: weightDecay)],
      momentum: momentum, nesterov: nesterov)
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
    let (tape, loss) = try forward(features, frames, labels, margin: margin, training: true)

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
    try forward(features, frames, labels, margin: 0, training: false).loss
  }

  private func forward(
    _ features: [Float], _ frames: Int, _ labels: [Int], margin: Double, training: Bool
  ) throws(CheckpointError) -> (tape: Tape<Numbers>, loss: Loss) {
    try network.check(features: features, batch: labels.count, frames: frames, training: training)
    guard labels.allSatisfy({ (0..<classifier.classes).contains($0) }) else {
      throw CheckpointError(.misfit, "a label is outside 0 ..< \(classifier.classes)")
    }
    let tape = Tape<Numbers>(machine, training: training)
    let embeddings = network.forward(tape, features, batch: labels.count)
    return (tape, classifier.loss(tape, embeddings, labels: labels, margin: margin))
  }
}
