// SPDX-License-Identifier: Apache-2.0

/// What a folder says of the network in it, in a file of its own.
protocol ModelFolderConfiguration: Sendable {
  /// The file's.
  static var name: Text { get }
  /// The file with the weights, in the same folder.
  var weights: Text { get }

  /// Nil where the folder has none, or one of another kind of model, or it names no file that is there.
  init?(in folder: InputFolder)
}

/// A folder with a network and a configuration that names the file of its weights. Its values are those of that file.
enum ModelFolder<Configuration: ModelFolderConfiguration>: FolderForm {
  static func fits(_ folder: InputFolder) -> Bool { Configuration(in: folder) != nil }

  static func read(
    _ folder: InputFolder, open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> Document {
    guard let configuration = Configuration(in: folder) else {
      throw CheckpointError(
        .unsupported, "it names no file of weights that is there", at: .init(file: folder(Configuration.name))
      )
    }
    let file = try folder.open(configuration.weights)
    do throws(CheckpointError) { return try open(file) } catch { throw error.at(file: file.path) }
  }
}
