// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Embeds whole utterances with a backbone, or with the graph that was exported of one.
package struct EmbeddingJob {
  /// How rows are called.
  package enum Names: String, Sendable, CaseIterable {
    /// The file's name without folder and last suffix.
    case stem
    /// The path as it was given or stands in the csv file, joined to the csv's folder.
    case path
  }

  package let model: EmbeddingModel
  /// A file for each row, in order.
  package let paths: [String]
  package let names: [Text]

  /// - Parameters:
  ///   - inputs: audio files, `.npy` files, folders of both, csv files.
  ///   - word: a backbone's file or folder, or an ONNX model.
  /// - Throws: `collision` where two inputs would get one name; what the model's file and the inputs are refused for.
  package init(
    model word: String, asked: FrontEnd?, inputs: [String], names: Names
  ) throws(CheckpointError) {
    model = try EmbeddingModel(word, asked: asked)
    let paths = try Manifest.files(inputs)
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
    var result = Embeddings()
    // Files of features are fed as they are, and do not say how they were made.
    if paths.contains(where: { FilePath.suffix(of: $0) != "npy" }) {
      result.frontEnd = Text(model.front.rawValue)
    }
    try model.forEachChunk(of: paths, threads: threads) { range, vectors throws(CheckpointError) in
      for (index, vector) in zip(range, vectors) {
        do throws(CheckpointError) {
          try result.add(vector, named: names[index])
        } catch { throw error.at(file: paths[index]) }
      }
      onChunk(range.upperBound)
    }
    return result
  }
}
