// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The folder of a run, before anything is written into it.
enum RunFolder {
  static let modelsName = "models"

  /// - Parameter files: what the run replaces, by paths in the folder.
  /// - Throws: `wrongWords` for the name of a stream; `wouldOverwrite` for links that lead nowhere, and where a file is to
  ///   be written for devices and pipes; `unwritable` where there is something else than a folder; `unreadable` for a
  ///   `models` that is a link.
  static func check(_ experiment: String, files: [String]) throws(CheckpointError) {
    func checkFolder(_ kind: Kernel.Status.Kind?, _ path: String) throws(CheckpointError) {
      guard kind == nil || kind == .folder else {
        throw CheckpointError(
          .unwritable, "it is no folder", at: .init(file: path), hint: "name a folder; it is made")
      }
    }
    let place = try OutputPlace(experiment)
    try checkFolder(place.status?.kind, experiment)
    guard place.status != nil else { return }
    let models = FilePath.join(experiment, modelsName)
    // What is written there is to be read again, and links within the folder are not followed then.
    try checkFolder(try FolderMember.kind(of: Text(modelsName), in: experiment), models)
    for file in files where Kernel.exists(FilePath.join(experiment, file)) {
      try OutputFile.check(FilePath.join(experiment, file), replacing: true, inputs: [])
    }
  }
}
