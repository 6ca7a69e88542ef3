// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Enrols speakers: recordings to references and means, beside those of a file that is there already.
package struct EnrolmentJob {
  package let model: EmbeddingModel
  /// Who speaks in which recording.
  package let manifest: Manifest
  private let speakers: Speakers
  private let into: String?

  package var paths: [String] { manifest.items.map(\.path) }

  /// - Parameters:
  ///   - into: a file of speakers, which these are added to.
  ///   - rule: what a verdict is to go by; what it does not know is taken from `into`.
  /// - Throws: `misfit` where another model enrolled those of `into`; `unrepresentable` and `collision`, with the place, for a name that
  ///   cannot stand in the file; what reading files throws.
  package init(
    _ model: EmbeddingModel, _ manifest: Manifest, into: String?, rule: DecisionRule
  ) throws(CheckpointError) {
    try manifest.checkFiles()
    let origin = try model.origin()
    var speakers = Speakers(origin, rule)
    if let into {
      speakers = try Speakers(into)
      do throws(CheckpointError) {
        try speakers.check(origin, of: model.path)
      } catch { throw error.at(file: into) }
      speakers.rule = rule.orElse(speakers.rule)
    }
    for item in manifest.items {
      guard let label = item.label else { continue }
      let name = manifest.labels.names[label]
      do throws(CheckpointError) {
        try Speakers(origin).check([name])
      } catch { throw manifest.located(error, item) }
    }
    do throws(CheckpointError) {
      try speakers.check(manifest.labels.names)
    } catch { throw error.at(file: manifest.source) }
    (self.model, self.manifest, self.speakers, self.into) = (model, manifest, speakers, into)
  }

  /// Enrols them. The result does not depend on `threads`.
  ///
  /// - Parameter onChunk: gets how many recordings are done.
  /// - Throws: `misfit` for recordings that are too short, silent or clipped: the first with its figure, and how many more there are.
  package func run(
    threads: Int? = nil, onChunk: (Int) -> Void = { _ in }
  ) throws(CheckpointError) -> (speakers: Speakers, report: EnrolmentReport) {
    try checkRecordings(threads)
    let vectors = try model.vectors(of: paths, threads: threads, onChunk: onChunk)
    var result = speakers
    var files: [Text: [String]] = [:]
    for (item, vector) in zip(manifest.items, vectors) {
      guard let label = item.label else { continue }
      let name = manifest.labels.names[label]
      do throws(CheckpointError) {
        try result.add(vector, to: name)
      } catch { throw manifest.located(error, item) }
      files[name, default: []].append(item.path)
    }
    let before = Dictionary(
      uniqueKeysWithValues: speakers.names.map { ($0, speakers.references(of: $0).count) })
    let duplicates = result.nearDuplicates(beside: before, files: files)
    return (
      result,
      EnrolmentReport(
        result, model: model.path, into: into, added: files.mapValues(\.count), duplicates: duplicates,
        lookAlikes: lookAlikes(result))
    )
  }

  private func checkRecordings(_ threads: Int?) throws(CheckpointError) {
    let faults = try model.faults(of: paths, threads: threads)
    guard let (item, fault) = zip(manifest.items, faults).first(where: { $1 != nil }), let fault else {
      return
    }
    let more = faults.count { $0 != nil } - 1
    throw manifest.located(
      CheckpointError(
        .misfit, fault + (more > 0 ? "; \(more) more of \(faults.count) recordings are refused too" : ""),
        hint: "record it again, or leave it out"), item)
  }

  private func lookAlikes(_ speakers: Speakers) -> String? {
    var labels = LabelMap()
    for name in speakers.names { _ = labels.add(name) }
    return labels.lookAlikes
  }
}

extension Manifest {
  /// Recordings of one speaker.
  ///
  /// - Throws: `emptyResult` where there are none.
  package static func speaker(_ name: Text, _ paths: [String]) throws(CheckpointError) -> Manifest {
    guard !paths.isEmpty else {
      throw CheckpointError(.emptyResult, "the speaker has no recording", at: .init(key: name))
    }
    var manifest = Manifest(source: paths[0])
    let label = manifest.labels.add(name)
    manifest.items = paths.map { Item(path: $0, label: label) }
    return manifest
  }
}
