// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What a run makes of its checkpoints at its end: folders beside them that hold no optimizer, and that no run goes on
/// from.
extension CheckpointWriter {
  /// The average of some epochs: `AVERAGE-3`, `AVERAGE-best-3`.
  func averageFolder(_ average: EpochAverage) -> String {
    FilePath.join(models, Self.averagePrefix + (average.takesBest ? "best-" : "") + "\(average.count)")
  }

  /// The blend of a run's start and its end.
  var blendFolder: String { FilePath.join(models, Self.blendName) }

  /// Writes a backbone and a classifier with the label map and a run's state, which tells the front end, and replaces
  /// what an earlier end of the run had left there.
  func write(
    merged path: String, backbone: OutputPlan, classifier: OutputPlan, _ state: TrainingState
  ) throws(CheckpointError) {
    let folder = try OutputFolder(laterFree: path)
    try folder.naming { () throws(CheckpointError) in
      try backbone.write(to: folder.add(CheckpointFolder.backboneName))
      try classifier.write(to: folder.add(ThreeDSpeaker.file(ThreeDSpeaker.classifier).shown))
      try state.write(to: folder.place)
      try put(try labels.json(), folder.add(LabelMap.fileName))
    }
    if Kernel.exists(path) { OutputFolder.remove(path) }
    try folder.commit()
  }

  /// Writes the mean of some checkpoints; the counters are the newest's.
  ///
  /// - Parameter points: in the order of their epochs, at least one.
  func write(average path: String, of points: [ResumePoint]) throws(CheckpointError) {
    guard let newest = points.last else { return }
    func mean(_ name: String) throws(CheckpointError) -> OutputPlan {
      var documents: [Document] = []
      for point in points { documents.append(try open(name, in: point.folder)) }
      guard documents.count > 1 else { return try OutputPlan(documents[0]) }
      return try Merge(documents, .average(weights: nil), options: .init(integers: .last)).plan
    }
    try write(
      merged: path, backbone: mean(CheckpointFolder.backboneName),
      classifier: mean(ThreeDSpeaker.file(ThreeDSpeaker.classifier).shown), newest.state)
  }

  /// Writes a blend with the classifier of a folder.
  func write(
    blend backbone: OutputPlan, classifierOf folder: String, _ state: TrainingState
  ) throws(CheckpointError) {
    let classifier = try open(ThreeDSpeaker.file(ThreeDSpeaker.classifier).shown, in: folder)
    try write(merged: blendFolder, backbone: backbone, classifier: OutputPlan(classifier), state)
  }

  /// A file of a checkpoint's folder, which is no link.
  private func open(_ name: String, in folder: String) throws(CheckpointError) -> Document {
    _ = try FileSystem.kind(of: name, in: folder)
    return try Checkpoint.open(FilePath.join(folder, name))
  }
}
