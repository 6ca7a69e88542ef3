// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Embeds whole utterances with a backbone, or with the graph that was exported of one.
package struct EmbeddingJob {
  private enum Network {
    case backbone(any SpeakerNetwork<FastKernels>)
    case graph(GraphEmbedder)
  }

  /// How rows are called.
  package enum Names: String, Sendable, CaseIterable {
    /// The file's name without folder and last suffix.
    case stem
    /// The path as it was given or stands in the csv file, joined to the csv's folder.
    case path
  }

  package let model: String
  package let choice: FrontEndChoice
  package var front: FrontEnd { choice.front }
  /// A file for each row, in order.
  package let paths: [String]
  package let names: [Text]
  private let network: Network

  /// - Parameters:
  ///   - inputs: audio files, `.npy` files, folders of both, csv files.
  ///   - word: a backbone's file or folder, or an ONNX model.
  /// - Throws: `collision` where two inputs would get one name; what the model's file and the inputs are refused for.
  package init(
    model word: String, asked: FrontEnd?, inputs: [String], names: Names
  ) throws(CheckpointError) {
    let path = try CheckpointFolder.model(word)
    do throws(CheckpointError) {
      if let graph = try OperatorModel(ofONNX: path) {
        choice = try FrontEndChoice(asked: asked, metadata: graph.metadata)
        network = .graph(try GraphEmbedder(graph))
      } else {
        let file = try BackboneFile(path, .closed)
        choice = try FrontEndChoice(asked: asked, in: file)
        network = .backbone(try file.network(front: choice.front))
      }
    } catch { throw error.at(file: path) }
    model = path
    var paths: [String] = []
    for input in inputs {
      if FileSystem.kind(of: input) == .folder || FilePath.suffix(of: input) == "csv" {
        let manifest = try Manifest.read(input, labels: .optional)
        try manifest.checkFiles()
        paths += manifest.items.map(\.path)
      } else {
        guard FileSystem.kind(of: input) == .file else { throw FileSystem.notAFile(input, hint: nil) }
        paths.append(input)
      }
    }
    var owners: [Text: String] = [:]
    self.names = paths.map { Text(names == .stem ? FilePath.stem(of: $0) : $0) }
    for (path, name) in zip(paths, self.names) {
      do throws(CheckpointError) {
        try Embeddings.check(name)
      } catch { throw error.at(file: path) }
      if let other = owners.updateValue(path, forKey: name) {
        throw CheckpointError(
          .collision, "it would be named '\(name)', and so would `\(other)`", at: .init(file: path),
          hint: names == .stem && Text(other) != Text(path) ? "--names path" : "name each recording once")
      }
    }
    self.paths = paths
  }

  /// The embeddings, in order. They do not depend on `threads`.
  ///
  /// - Parameter onChunk: gets how many are done.
  package func run(
    threads: Int? = nil, onChunk: (Int) -> Void = { _ in }
  ) throws(CheckpointError) -> Embeddings {
    let embed: ([[Float]]) throws(CheckpointError) -> [[Float]]
    let check: (_ frames: Int) throws(CheckpointError) -> Void
    switch network {
    case .backbone(let network):
      embed = Embedder(network, workers: threads).embed
      check = { frames throws(CheckpointError) in
        try WholeUtterances.check(frames, needs: network.shortestInput)
      }
    case .graph(let graph):
      embed = { utterances throws(CheckpointError) in
        try graph.embed(utterances, threads: threads ?? Workers.processors)
      }
      check = graph.check
    }
    var result = Embeddings()
    // Files of features are fed as they are, and do not say how they were made.
    if paths.contains(where: { FilePath.suffix(of: $0) != "npy" }) { result.frontEnd = Text(front.rawValue) }
    let utterances = WholeUtterances(paths, FeatureExtractor(front), threads: threads ?? 2)
    try utterances.forEachChunk { range, features throws(CheckpointError) in
      for (index, utterance) in zip(range, features) {
        do throws(CheckpointError) {
          try check(utterance.frames)
        } catch { throw error.at(file: paths[index]) }
      }
      for (index, vector) in zip(range, try embed(features.map(\.values))) {
        do throws(CheckpointError) {
          try result.add(vector, named: names[index])
        } catch { throw error.at(file: paths[index]) }
      }
      onChunk(range.upperBound)
    }
    return result
  }
}
