// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Supervised training of a backbone under a classifier: 3D-Speaker's `train.py`, one step at a time.
package final class Finetune<Numbers: Kernels> {
  package typealias Real = Numbers.Real

  package let network: any SpeakerNetwork<Numbers>
  package let classifier: Classifier<Numbers>
  package let optimizer: any Optimizer<Numbers>
  package let machine: Machine
  /// The longest that the gradients of a step may be together; nil leaves them alone.
  package var longestGradient: Double?
  private var memory = MemoryPlan<Numbers>()

  /// SGD over all parameters in one group, the backbone's first, as `nn.Sequential(embedding_model, classifier)`.
  package convenience init(
    _ network: any SpeakerNetwork<Numbers>, _ classifier: Classifier<Numbers>, momentum: Double = 0.9,
    nesterov: Bool = true, weightDecay: Double = 1e-4, machine: Machine = Machine()
  ) throws(CheckpointError) {
    let group = ParameterGroup(
      network.registry.parameters + classifier.registry.parameters, weightDecay: weightDecay)
    try self.init(
      network, classifier, SGD([group], momentum: momentum, nesterov: nesterov), machine: machine)
  }

  /// With an optimizer over the parameters of both.
  package init(
    _ network: any SpeakerNetwork<Numbers>, _ classifier: Classifier<Numbers>,
    _ optimizer: any Optimizer<Numbers>, machine: Machine = Machine()
  ) throws(CheckpointError) {
    guard classifier.embedding == network.embedding else {
      throw CheckpointError(
        .misfit,
        "the classifier takes \(classifier.embedding) values, the backbone gives \(network.embedding)")
    }
    self.network = network
    self.classifier = classifier
    self.machine = machine
    self.optimizer = optimizer
  }

  /// One step on utterances of equal length: this process's share of the batch, where there are several.
  ///
  /// - Parameters:
  ///   - features: utterances x frames x mel bins, row by row, as the network's front end takes them.
  ///   - labels: one for each utterance.
  /// - Throws: `misfit` when sizes do not go together; `limit` when they would need more memory than there is;
  ///   `wrongWords` for a batch of one that blocks normalise over.
  package func step(
    features: [Float], frames: Int, labels: [Int], learningRate: Double, margin: Double
  ) throws(CheckpointError) -> Loss {
    let (tape, loss) = try forward(features, frames, labels, margin: margin, training: true)
    move(tape, learningRate: learningRate)
    return machine.processes.sum(loss)
  }

  /// One step of the classifier alone, on embeddings that a frozen backbone gave, utterances x values.
  package func step(
    embeddings: [Float], labels: [Int], learningRate: Double, margin: Double
  ) throws(CheckpointError) -> Loss {
    try check(labels)
    try classifier.check(batch: labels.count * machine.processes.count)
    guard embeddings.count == labels.count * classifier.embedding else {
      throw CheckpointError(
        .misfit, "\(embeddings.count) values are not \(labels.count) x \(classifier.embedding)")
    }
    let tape = Tape<Numbers>(machine, training: true)
    let input = tape.input(
      embeddings, batch: labels.count, positions: 1, channels: classifier.embedding)
    let loss = classifier.loss(tape, input, labels: labels, margin: margin)
    move(tape, learningRate: learningRate)
    return machine.processes.sum(loss)
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
    try network.check(features: features, batch: labels.count, frames: frames)
    try memory.check(network, batch: labels.count, frames: frames, training: training)
    try check(labels)
    if training { try classifier.check(batch: labels.count * machine.processes.count) }
    let tape = Tape<Numbers>(machine, training: training)
    let embeddings = network.forward(tape, features, batch: labels.count)
    return (tape, classifier.loss(tape, embeddings, labels: labels, margin: margin))
  }

  private func move(_ tape: Tape<Numbers>, learningRate: Double) {
    network.registry.clearGradients()
    classifier.registry.clearGradients()
    tape.backward()
    let parameters = network.registry.parameters + classifier.registry.parameters
    machine.processes.sum(Numbers.self, parameters.compactMap(\.usedGradient))
    if let longestGradient {
      GradientClipping<Numbers>.together(parameters, maximum: longestGradient, machine.workers)
    }
    optimizer.step(machine.workers, learningRate: learningRate)
  }

  private func check(_ labels: [Int]) throws(CheckpointError) {
    guard labels.allSatisfy({ (0..<classifier.classes).contains($0) }) else {
      throw CheckpointError(.misfit, "a label is outside 0 ..< \(classifier.classes)")
    }
  }
}

extension Collective {
  /// Every process's part of a loss.
  fileprivate func sum(_ loss: Loss) -> Loss {
    guard isShared else { return loss }
    let all = sum([loss.value, Double(loss.correct)])
    return Loss(value: all[0], correct: Int(all[1]))
  }
}
