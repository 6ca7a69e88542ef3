// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Writes a run's checkpoints into `<experiment>/models/`, each folder whole or not at all:
/// `CKPT-EPOCH-<e>-<nn>/` as 3D-Speaker's checkpointer does, and `STEP-<n>/` within an epoch, to go on from.
struct CheckpointWriter: Sendable {
  let experiment: String
  let labels: LabelMap
  private let start: FinetuneStart

  static let optimizerName = "optimizer.pt"
  static let bestName = "best.json"
  static let stepPrefix = "STEP-"
  static let averagePrefix = "AVERAGE-"
  static let blendName = "BLEND"
  /// What a run writes beside its checkpoints and replaces.
  static let replaced = [LabelMap.fileName, bestName, MetricsFile.name]
  var models: String { FilePath.join(experiment, RunFolder.modelsName) }

  init(_ experiment: String, labels: LabelMap, like start: FinetuneStart) {
    self.experiment = experiment
    self.labels = labels
    self.start = start
  }

  /// - Parameter beside: an experiment that has checkpoints already may get more, beside them.
  /// - Throws: `wouldOverwrite` where it has some and may not.
  static func check(_ experiment: String, beside: Bool) throws(CheckpointError) {
    guard !beside, let old = try CheckpointFolder.all(in: experiment).first else { return }
    throw CheckpointError(
      .wouldOverwrite, "the experiment has checkpoints already: `\(FilePath.name(of: old.path))`",
      at: .init(file: experiment),
      hint: "another folder, --resume to go on, or --force to add new ones beside them")
  }

  /// Makes the experiment's folders and writes its label map.
  func begin() throws(CheckpointError) {
    try FileSystem.makeFolders(models)
    try put(try labels.json(), FilePath.join(experiment, LabelMap.fileName), replacing: true)
  }

  /// Writes a state and gives the folder's path.
  ///
  /// - Parameter epoch: the one whose checkpoint it is; nil for one within an epoch, to go on from.
  func write(
    _ model: FinetuneModel, _ optimizer: any Optimizer<FastKernels>, _ state: TrainingState,
    after epoch: Int?, unixtime: Double
  ) throws(CheckpointError) -> String {
    let name = try epoch.map(freeName) ?? Self.stepPrefix + "\(state.iteration)"
    let path = FilePath.join(models, name)
    let folder = try OutputFolder(laterFree: path)
    try folder.naming { () throws(CheckpointError) in
      let backbone = StateDictDocument.backbone(model.network.registry.stateDict, like: start)
      try OutputPlan(backbone).write(to: folder.add(CheckpointFolder.backboneName))
      let head = StateDictDocument.make(
        model.classifier.registry.stateDict, modules: model.classifier.blocks.modules(model.classifier.kind))
      try OutputPlan(head).write(to: folder.add(ThreeDSpeaker.file(ThreeDSpeaker.classifier).shown))
      try OutputPlan(optimizer.state.document()).write(to: folder.add(Self.optimizerName))
      try state.write(to: folder.place)
      try put(try labels.json(), folder.add(LabelMap.fileName))
      if let epoch {
        try put(ThreeDSpeaker.counterText(epoch), folder.add(ThreeDSpeaker.file(ThreeDSpeaker.counter).shown))
        let yaml = CheckpointYAML(epoch: epoch, unixtime: unixtime)
        try put(yaml.text, folder.add(CheckpointFolder.yamlName))
      }
    }
    if epoch == nil, Kernel.exists(path) { OutputFolder.remove(path) }
    // A folder that is not empty cannot be replaced by a rename, so nothing is lost to a race.
    try folder.commit()
    return path
  }

  /// Writes which checkpoint is the best so far.
  func note(_ best: TrainingState.Best, in folder: String) throws(CheckpointError) {
    struct Note: Codable {
      var schema = 1
      var folder: String
      var best: TrainingState.Best
    }
    let note = Note(folder: FilePath.name(of: folder), best: best)
    let text = try JSONText.of(note)
    try put(Array(text.utf8), FilePath.join(experiment, Self.bestName), replacing: true)
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

  func put(_ bytes: [UInt8], _ path: String, replacing: Bool = false) throws(CheckpointError) {
    let output = try OutputFile(path, replacing: replacing, inputs: [])
    try output.write(bytes, at: 0)
    try output.commit()
  }
}
