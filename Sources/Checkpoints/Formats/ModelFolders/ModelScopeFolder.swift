// SPDX-License-Identifier: Apache-2.0

/// A folder of modelscope's for speaker verification, told by a `configuration.json` of that task that names a file in it.
/// Its values are those of that file.
enum ModelScopeFolder: FolderForm {
  static func fits(_ folder: InputFolder) -> Bool { ModelScopeConfiguration(in: folder) != nil }

  static func read(
    _ folder: InputFolder, open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> Document {
    guard let configuration = ModelScopeConfiguration(in: folder) else {
      throw CheckpointError(
        .unsupported, "it names no file of weights that is there",
        at: .init(file: folder(ModelScopeConfiguration.name)))
    }
    let file = try folder.open(configuration.weights)
    do throws(CheckpointError) { return try open(file) } catch { throw error.at(file: file.path) }
  }
}
