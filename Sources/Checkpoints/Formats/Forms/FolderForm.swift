// SPDX-License-Identifier: Apache-2.0

/// A form of folder that is a checkpoint, told by the names in it.
protocol FolderForm: Sendable {
  static func fits(_ folder: InputFolder) -> Bool
  /// The folder's values. Reads directories and pickles, no tensor.
  ///
  /// - Parameter open: opens a file in the folder that is a checkpoint by itself, whatever its format.
  static func read(
    _ folder: InputFolder, open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> Document
}
