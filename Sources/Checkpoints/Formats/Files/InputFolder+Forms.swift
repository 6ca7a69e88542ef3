// SPDX-License-Identifier: Apache-2.0

extension InputFolder {
  /// The forms that are known, each told by names that no other has; the last by what their configuration says.
  static let forms: [any FolderForm.Type] = [
    ThreeDSpeakerFolder.self, ThreeDSpeakerExperiment.self, DistributedFolder.self, ShardedFolder.self,
    ModelFolder<ModelScopeConfiguration>.self, ModelFolder<FunASRConfiguration>.self,
  ]

  /// The folder's values, or nil where it is of no form that is known.
  func document(
    open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> Document? {
    for form in Self.forms where form.fits(self) { return try form.read(self, open: open) }
    return nil
  }
}
