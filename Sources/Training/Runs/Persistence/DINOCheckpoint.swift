// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A checkpoint of 3D-Speaker's self-supervised trainers (`train_rdino.py`, `train_sdpn.py`), whole: what a run goes on
/// from. Sizes are read off keys and shapes.
///
/// Upstream's `restart_from_checkpoint` prints what does not match and goes on; here it is an error.
package struct DINOCheckpoint: Sendable {
  package let path: String
  package let method: DINOMethod
  /// Whole epochs that are over: the number of the next one, counted from 0.
  package let epoch: Int
  /// There is neither optimizer nor epoch: weights before a run's first step.
  package let isWeightsOnly: Bool
  package let backbone: NetworkConfiguration
  /// What this trainer keeps beside upstream's entries; nil in a file of upstream's.
  package let run: TrainingState?
  package let document: Document
  package let student: StateDictParameters
  package let teacher: StateDictParameters

  /// The top-level key of `run`, a JSON text. It lies in the file itself, so that weights and the place in the run
  /// cannot part; upstream looks at the names that it knows only.
  package static let runKey: Text = "resect"

  /// - Throws: `misfit` where an entry is missing or of another kind, or keys have other prefixes; what
  ///   `Checkpoint.open` throws.
  package init(_ path: String) throws(CheckpointError) {
    try self.init(Checkpoint.open(path), path: path)
  }

  package init(_ document: Document, path: String) throws(CheckpointError) {
    self.path = path
    self.document = document
    do throws(CheckpointError) {
      student = try StateDictParameters(document, "student")
      teacher = try StateDictParameters(document, "teacher")
      method = try Self.method(of: document)
      isWeightsOnly = ["optimizer", "epoch"].allSatisfy { document.value(of: $0, in: document.root) == nil }
      epoch = isWeightsOnly ? 0 : try Self.epoch(of: document)
      run = try Self.run(in: document)
      backbone = try Self.backbone(of: student)
    } catch {
      throw error.at(file: path)
    }
  }

  private static func method(of document: Document) throws(CheckpointError) -> DINOMethod {
    let isRDINO = document.value(of: "dino_loss", in: document.root) != nil
    let isSDPN = document.value(of: "prototypes", in: document.root) != nil
    guard isRDINO != isSDPN else {
      throw CheckpointError(
        .misfit,
        "it holds \(isRDINO ? "both" : "neither") `dino_loss` (RDINO) \(isRDINO ? "and" : "nor") "
          + "`prototypes` (SDPN)", hint: "a checkpoint that train_rdino.py or train_sdpn.py wrote")
    }
    return isRDINO ? .rdino : .sdpn
  }

  private static func epoch(of document: Document) throws(CheckpointError) -> Int {
    guard let node = document.value(of: "epoch", in: document.root), case .int(let value) = document[node],
      (0...Int64(Int32.max)).contains(value)
    else {
      throw CheckpointError(.misfit, "`epoch` is missing or no number of epochs")
    }
    return Int(value)
  }

  private static func run(in document: Document) throws(CheckpointError) -> TrainingState? {
    guard let node = document.value(of: runKey, in: document.root) else { return nil }
    guard case .string(let text) = document[node] else {
      throw CheckpointError(.corrupt, "`\(runKey)` is no text")
    }
    return try TrainingState(json: text.bytes)
  }

  private static func backbone(of student: StateDictParameters) throws(CheckpointError)
    -> NetworkConfiguration
  {
    let prefix = StudentPart.backbone.rawValue
    guard student.keys.contains(where: { $0.hasPrefix(Text(prefix)) }) else {
      throw CheckpointError(
        .misfit,
        "no key of `\(student.name)` begins with `\(prefix)`; the first is `\(student.keys.first ?? "")`",
        hint: "`resect edit` changes prefixes")
    }
    guard let backbone = student.backbone(under: prefix) else {
      throw CheckpointError(
        .misfit, "what lies in `\(student.name)` under `\(prefix)` is no backbone that is known")
    }
    return try NetworkConfiguration(backbone)
  }
}
