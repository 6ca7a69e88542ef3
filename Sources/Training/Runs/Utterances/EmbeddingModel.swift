// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// A network that embeds, opened, with the features that it is fed: a backbone, or the graph that was exported of one.
package struct EmbeddingModel {
  /// Embeds utterances, each frames x bins, in their order.
  package typealias Embed = (_ utterances: [[Float]]) throws(CheckpointError) -> [[Float]]

  private enum Network {
    case backbone(any SpeakerNetwork<FastKernels>)
    case graph(GraphEmbedder)
  }

  /// The file that is read: of a folder, its weights.
  package let path: String
  package let choice: FrontEndChoice
  package var front: FrontEnd { choice.front }
  /// What an exported graph says of scores between its embeddings; without a value where it says nothing.
  package let threshold: MeasuredThreshold
  private let network: Network
  /// Those that the weights lie in, the file itself first.
  private let files: [InputFile]

  /// - Parameter word: a backbone's file or folder, or an ONNX model.
  /// - Throws: what the model's file is refused for.
  package init(_ word: String, asked: FrontEnd?) throws(CheckpointError) {
    let path = try CheckpointFolder.model(word)
    self.path = path
    do throws(CheckpointError) {
      let file = try InputFile(path: path)
      let weights: [InputFile]
      if let graph = try OperatorModel(ofONNX: path) {
        choice = try FrontEndChoice(asked: asked, metadata: graph.metadata)
        threshold = try MeasuredThreshold(of: graph)
        network = .graph(try GraphEmbedder(graph))
        weights = graph.graph.initializers.flatMap(\.tensor.bytes.inputs)
      } else {
        let backbone = try BackboneFile(path, .closed)
        choice = try FrontEndChoice(asked: asked, in: backbone)
        threshold = MeasuredThreshold(nil, frontEnd: nil)
        network = .backbone(try backbone.network(front: choice.front))
        weights = backbone.document.storages.flatMap(\.bytes.inputs)
      }
      files = InputFile.files(of: [file] + weights)
    } catch { throw error.at(file: path) }
  }

  /// What tells the model from another: the SHA-256 of its file, in hexadecimal. Where weights lie in other files, the SHA-256 of
  /// the digests of all of them, the named file first, the others as it names them.
  ///
  /// - Throws: `inputChanged` where a file is another than the one that was read.
  package func sha256() throws(CheckpointError) -> Text {
    var digests: [[UInt8]] = []
    for file in files {
      digests.append(try file.sha256())
      try file.checkUnchanged()
    }
    return Text((digests.count == 1 ? digests[0] : SHA256.of(Array(digests.joined()))).hexadecimal)
  }

  /// Frames of the shortest utterance that the network takes.
  package var shortestInput: Int {
    switch network {
    case .backbone(let network): network.shortestInput
    case .graph(let graph): graph.shortestInput
    }
  }

  /// - Throws: `misfit` for a length that the network does not take.
  package func check(frames: Int) throws(CheckpointError) {
    switch network {
    case .backbone(let network): try WholeUtterances.check(frames, needs: network.shortestInput)
    case .graph(let graph): try graph.check(frames: frames)
    }
  }

  /// - Parameter threads: nil for as many as suit the network.
  package func embedding(threads: Int?) -> Embed {
    switch network {
    case .backbone(let network):
      return Embedder(network, workers: threads).embed
    case .graph(let graph):
      return { utterances throws(CheckpointError) in
        try graph.embed(utterances, threads: threads ?? Workers.processors)
      }
    }
  }

  /// The embeddings of files of sound or features, in order, some at a time. They do not depend on `threads`.
  ///
  /// - Throws: what reading a file throws, and `misfit` for one that is too short, each with its file; what `body` throws.
  package func forEachChunk(
    of paths: [String], threads: Int?,
    _ body: (Range<Int>, [[Float]]) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    let embed = embedding(threads: threads)
    let utterances = WholeUtterances(paths, FeatureExtractor(front), threads: threads ?? 2)
    try utterances.forEachChunk { range, features throws(CheckpointError) in
      for (index, utterance) in zip(range, features) {
        do throws(CheckpointError) {
          try check(frames: utterance.frames)
        } catch { throw error.at(file: paths[index]) }
      }
      try body(range, try embed(features.map(\.values)))
    }
  }
}

extension MeasuredThreshold {
  /// What the model's metadata say, as `export --calibration` writes them.
  ///
  /// - Throws: `corrupt` where the threshold of the cosine is no number.
  fileprivate init(of model: OperatorModel) throws(CheckpointError) {
    let metadata = model.metadata
    guard let word = metadata[GraphMetadata.threshold],
      metadata[GraphMetadata.thresholdRule] == Text(ScoringRule.cosine.rawValue)
    else {
      self.init(nil, frontEnd: nil)
      return
    }
    guard let value = Double(word.shown), value.isFinite else {
      throw CheckpointError(
        .corrupt, "the threshold is no number: `\(word)`", at: .init(key: GraphMetadata.threshold))
    }
    self.init(value, frontEnd: metadata[GraphMetadata.thresholdFrontEnd])
  }
}
