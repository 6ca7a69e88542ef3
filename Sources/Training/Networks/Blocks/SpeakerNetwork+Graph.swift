// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension SpeakerNetwork {
  /// The network as a graph of operators, batch x frames x bins in and batch x embedding out; batch and frames may be any.
  ///
  /// It is what `forward` writes down on a tape that computes nothing, so the values of the parameters do not matter.
  package func graph(input: Text, output: Text) -> OperatorGraph<TracedTensor> {
    let trace = GraphTrace<Real>()
    for entry in registry.entries {
      switch entry {
      case .parameter(let tensor), .buffer(let tensor):
        trace.bind(Text(tensor.key), tensor.shape, tensor.variable)
      case .counter: break
      }
    }
    let tape = Tape<Numbers>(Machine(planningFor: 1), training: false, graph: trace)
    // Long enough that what is as long as another value is so at every length.
    let features = tape.make(
      batch: 1, positions: max(331, shortestInput), channels: inputs, requiresGradient: false)
    trace.give(input, to: features, .features)
    let embedding = forward(tape, features)
    return trace.graph("backbone", from: (input, inputs), to: (output, embedding))
  }
}
