// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Writes `<experiment>/models/CKPT-EPOCH-<e>-<nn>/` as 3D-Speaker's checkpointer does, each folder whole or not at all.
package struct CheckpointWriter: Sendable {
  package let experiment: String
  private let labels: LabelMap
  private let file: BackboneFile

  static let labelsName = "label_map.json"
  private var models: String { FilePath.join(experiment, "models") }

  init(_ experiment: String, labels: LabelMap, like file: BackboneFile) {
    self.experiment = experiment
    self.labels = labels
    self.file = file
  }

  /// - Parameter beside: an experiment that has checkpoints already may get more, beside them.
  /// - Throws: `wouldOverwrite` where it has some and may not; `unwritable` where the name is a file's.
  static func check(_ experiment: String, beside: Bool) throws(CheckpointError) {
    let kind = FileSystem.kind(of: experiment)
    guard kind == .folder || kind == .absent else {
      throw CheckpointError(
        .unwritable, "it is no folder", at: .init(file: experiment), hint: "name a folder; it is made")
    }
    guard !beside, let old = try CheckpointFolder.all(in: experiment).first else { return }
    throw CheckpointError(
      .wouldOverwrite, "the experiment has checkpoints already: `\(FilePath.name(of: old.path))`",
      at: .init(file: experiment), hint: "another folder, or --force to add new ones beside them")
  }

  /// Makes the experiment's folders and writes its label map.
  package func begin() throws(CheckpointError) {
    try FileSystem.makeFolders(models)
    try put(try labels.json(), FilePath.join(experiment, Self.labelsName), replacing: true)
  }

  /// Writes the state after an epoch and gives the folder's path.
  package func write(
    epoch: Int, _ network: any SpeakerNetwork<FastKernels>, _ classifier: Classifier<FastKernels>,
    unixtime: Double
  ) throws(CheckpointError) -> String {
    let name = try freeName(epoch)
    let temporary = try FileSystem.makeTemporaryFolder(in: models, stem: ".\(name).resect-")
    do throws(CheckpointError) {
      func inside(_ name: String) -> String { FilePath.join(temporary, name) }
      let backbone = StateDictDocument.backbone(network.registry.stateDict, like: file)
      try OutputPlan(backbone).write(to: inside(CheckpointFolder.backboneName))
      let head = StateDictDocument.make(classifier.registry.stateDict, modules: classifier.kind.modules)
      try OutputPlan(head).write(to: inside(ThreeDSpeaker.file(ThreeDSpeaker.classifier)))
      try put(ThreeDSpeaker.counterText(epoch), inside(ThreeDSpeaker.file(ThreeDSpeaker.counter)))
      try put(try labels.json(), inside(Self.labelsName))
      let yaml = CheckpointYAML(epoch: epoch, unixtime: unixtime)
      try put(yaml.text, inside(CheckpointFolder.yamlName))
      let path = FilePath.join(models, name)
      // A folder that is not empty cannot be replaced by a rename, so nothing is lost to a race.
      try Kernel.rename(temporary, to: path, replacing: true)
      try Kernel.syncFolder(models)
      return path
    } catch {
      FileSystem.removeFlatFolder(temporary)
      throw error
    }
  }

  /// `CKPT-EPOCH-3-00`, or the first number that is free.
  private func freeName(_ epoch: Int) throws(CheckpointError) -> String {
    for number in 0..<100 {
      let name = ThreeDSpeaker.folderName(epoch: epoch, number: number)
      if !Kernel.exists(FilePath.join(models, name)) { return name }
    }
    throw CheckpointError(
      .wouldOverwrite, "there are a hundred checkpoints of epoch \(epoch)", at: .init(file: models),
      hint: "another folder")
  }

  private func put(_ bytes: [UInt8], _ path: String, replacing: Bool = false) throws(CheckpointError) {
    let output = try OutputFile(path, replacing: replacing, inputs: [])
    try output.write(bytes, at: 0)
    try output.commit()
  }
}

extension ClassifierKind {
  /// The modules that `_metadata` names in the state of upstream's class.
  fileprivate var modules: [String] {
    switch self {
    case .cosine: ThreeDSpeaker.cosineModules
    case .linear: ThreeDSpeaker.linearModules
    }
  }
}
