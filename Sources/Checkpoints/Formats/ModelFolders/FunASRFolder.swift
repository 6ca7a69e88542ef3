// SPDX-License-Identifier: Apache-2.0

/// A folder of FunASR's with a speaker network, told by a `config.yaml` that names one of its classes, and weights beside
/// it. Its values are those of the weights.
enum FunASRFolder: FolderForm {
  static func fits(_ folder: InputFolder) -> Bool { FunASRConfiguration(in: folder) != nil }

  static func read(
    _ folder: InputFolder, open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> Document {
    guard let configuration = FunASRConfiguration(in: folder) else {
      throw CheckpointError(
        .unsupported, "there are no weights of its network beside it",
        at: .init(file: folder(FunASRConfiguration.name)))
    }
    let file = try folder.open(configuration.weights)
    do throws(CheckpointError) { return try open(file) } catch { throw error.at(file: file.path) }
  }
}
