// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What `export` did.
package struct ExportReport: Codable, Sendable {
  package var schema = 1
  package var model: String
  package var output: String
  package var client: String
  package var frontEnd: String
  /// The names of input and output.
  package var input: String
  package var embedding: String
  package var size: Int
  package var nodes: Int
  package var bytes: Int
  /// Frames of the shortest utterance.
  package var minFrames: Int
  /// Of the cosine; nil where none was given, or it would mislead.
  package var threshold: Double?
  /// Nil where it was not asked for.
  package var check: ExportCheck?
  /// The statement beside the model, where one was asked for.
  package var provenance: String?
  package var notes: [String]

  package init(_ job: ExportJob, _ check: ExportCheck?, bytes: Int, output: String) {
    model = job.file.path
    self.output = output
    client = job.options.client.rawValue
    frontEnd = job.choice.front.rawValue
    input = job.options.client.input.description
    embedding = job.options.client.output.description
    size = job.file.configuration.sizes.embedding
    nodes = job.model.graph.nodes.count
    minFrames = job.shortestInput
    threshold = job.threshold
    self.bytes = bytes
    self.check = check
    notes = job.notes
  }
}
