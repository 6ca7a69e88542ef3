// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// Embeds utterances with an ONNX graph as it is, node by node: what is deployed, on the features that its client feeds.
///
/// Any graph that takes batch x frames x bins and gives one vector each is run, whoever wrote it, as far as the interpreter
/// has its operators.
package struct GraphEmbedder: Sendable {
  private let interpreter: Interpreter
  private let input: Text
  private let output: Text
  /// The only length that the graph takes; nil where it takes any.
  private let frames: Int?
  /// Frames of the shortest utterance, as far as the graph tells.
  let shortestInput: Int

  /// - Throws: `misfit` where the graph takes anything else, or gives more than one value; what the interpreter throws.
  package init(_ model: OperatorModel) throws(CheckpointError) {
    let graph = model.graph
    guard graph.inputs.count == 1, graph.outputs.count == 1, graph.inputs[0].dimensions.count == 3,
      graph.inputs[0].dtype == .float32, Self.takes(1, graph.inputs[0].dimensions[0]),
      Self.takes(FrontEnd.bins, graph.inputs[0].dimensions[2])
    else {
      throw CheckpointError(
        .misfit,
        "the graph takes \(Self.words(graph.inputs)) and gives \(Self.words(graph.outputs)): no embedding of features",
        hint: "a graph of one input, 1 x frames x \(FrontEnd.bins) of float32, and one output")
    }
    interpreter = try Interpreter(model)
    (input, output) = (graph.inputs[0].name, graph.outputs[0].name)
    if case .size(let size) = graph.inputs[0].dimensions[1] { frames = size } else { frames = nil }
    let told = model.metadata[GraphMetadata.minFrames].flatMap { Int($0.description) }
    shortestInput = max(1, frames ?? told ?? 1)
  }

  /// - Throws: `misfit` for a length that the graph does not take.
  func check(frames count: Int) throws(CheckpointError) {
    try WholeUtterances.check(count, needs: shortestInput)
    guard let frames, count != frames else { return }
    throw CheckpointError(
      .misfit, "it has \(count) frames, and the graph takes \(frames) alone",
      hint: "a graph that was exported without `--frames`")
  }

  /// The embeddings of utterances, each frames x bins, in their order. They do not depend on `threads`.
  ///
  /// - Throws: what running the graph throws.
  func embed(_ utterances: [[Float]], threads: Int) throws(CheckpointError) -> [[Float]] {
    let running = try Prefetch(count: utterances.count, threads: threads, ahead: 2 * threads) {
      index throws(CheckpointError) in try embed(utterances[index])
    }
    var vectors: [[Float]] = []
    while let vector = try running.next() { vectors.append(vector) }
    return vectors
  }

  private func embed(_ features: [Float]) throws(CheckpointError) -> [Float] {
    let shape = [1, features.count / FrontEnd.bins, FrontEnd.bins]
    let outputs = try interpreter.run([input: try GraphTensor(shape, features)])
    guard let vector = outputs[output]?.floats else {
      throw CheckpointError(.misfit, "the graph's output is not float32", at: .init(key: output.description))
    }
    return vector
  }

  private static func takes(_ size: Int, _ dimension: OperatorPort.Dimension) -> Bool {
    if case .size(let known) = dimension { known == size } else { true }
  }

  private static func words(_ ports: [OperatorPort]) -> String {
    let words = ports.map { port in
      let sizes = port.dimensions.map { dimension in
        switch dimension {
        case .size(let size): "\(size)"
        case .named(let name): name.isEmpty ? "?" : "\(name)"
        }
      }
      return
        "`\(port.name)` (\(port.dtype.rawValue) \(sizes.isEmpty ? "scalar" : sizes.joined(separator: "x")))"
    }
    return words.isEmpty ? "nothing" : words.joined(separator: ", ")
  }
}
