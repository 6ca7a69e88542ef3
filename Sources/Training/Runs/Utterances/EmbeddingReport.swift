// SPDX-License-Identifier: Apache-2.0

/// What `embed` did.
package struct EmbeddingReport: Codable, Sendable {
  package var schema = 1
  package var model: String
  package var frontEnd: String
  package var output: String
  /// Kaldi's script file beside a `.ark` output.
  package var script: String?
  /// The file with the front end beside a `.ark` output.
  package var frontEndFile: String?
  package var embeddings: Int
  /// Values in each.
  package var size: Int

  package init(_ job: EmbeddingJob, _ embeddings: Embeddings, output: String) {
    model = job.model.path
    frontEnd = job.model.front.rawValue
    self.output = output
    let script = Embeddings.script(of: output)
    self.script = script
    frontEndFile = embeddings.companions(of: output).first { $0 != script }
    self.embeddings = embeddings.count
    size = embeddings.names.first.flatMap { embeddings[$0]?.count } ?? 0
  }

  package var text: String {
    let files = [output, script, frontEndFile].compactMap { $0 }.joined(separator: ", ")
    return "\(files)  \(embeddings) embedding\(embeddings == 1 ? "" : "s") of \(size) values\n"
  }
}
