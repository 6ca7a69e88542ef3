// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Holds recordings against speakers who are enrolled.
package struct IdentificationJob {
  package let model: EmbeddingModel
  package let paths: [String]
  private let file: String
  private let speakers: Speakers
  private let origin: Speakers.Origin

  /// - Parameters:
  ///   - word: the model that enrolled them.
  ///   - asked: its front end; nil for that of the speakers.
  ///   - file: the speakers.
  ///   - inputs: recordings, folders of them, csv files.
  /// - Throws: `misfit` where another model enrolled them; what reading files throws.
  package init(
    model word: String, asked: FrontEnd?, speakers file: String, inputs: [String]
  ) throws(CheckpointError) {
    let speakers = try Speakers(file)
    let known = asked ?? FrontEnd(rawValue: speakers.origin.frontEnd.shown)
    // A model that cannot be fed so is another, which is said below.
    let opened = asked == nil ? try? EmbeddingModel(word, asked: known) : nil
    if let opened { model = opened } else { model = try EmbeddingModel(word, asked: asked) }
    origin = try model.origin()
    do throws(CheckpointError) {
      try speakers.check(origin, of: model.path)
    } catch { throw error.at(file: file) }
    (self.file, self.speakers) = (file, speakers)
    paths = try Manifest.files(inputs)
  }

  /// What a verdict goes by where the command does not say: what the speakers' file has, else what the model has.
  package func rule(_ said: DecisionRule) -> DecisionRule { said.orElse(speakers.rule).orElse(model.rule) }

  /// Names and scores, the recordings in order. The result does not depend on `threads`.
  ///
  /// - Parameters:
  ///   - top: how many candidates each has.
  ///   - onChunk: gets how many are done.
  package func run(
    _ rule: DecisionRule, top: Int, threads: Int? = nil, onChunk: (Int) -> Void = { _ in }
  ) throws(CheckpointError) -> IdentificationReport {
    let faults = try model.faults(of: paths, threads: threads)
    let vectors = try model.vectors(of: paths, threads: threads, onChunk: onChunk)
    var report = IdentificationReport(model: model.path, origin, speakers: file, rule)
    for ((path, vector), fault) in zip(zip(paths, vectors), faults) {
      guard vector.count == speakers.size else {
        throw CheckpointError(
          .misfit, "its embedding has \(vector.count) values, those of the speakers \(speakers.size)",
          at: .init(file: path))
      }
      report.add(path, Array(speakers.matches(vector).prefix(top)), rule, fault: fault)
    }
    return report
  }
}
