// SPDX-License-Identifier: Apache-2.0

/// A form of checkpoint that is a folder of files, known by what it holds.
protocol FolderForm {
  /// - Parameter names: of the files in the folder, in byte order.
  static func recognises(_ names: [String]) -> Bool

  /// The values. Throws as `Checkpoint.open` does.
  static func open(_ folder: String, _ names: [String]) throws(CheckpointError) -> Document
}

extension Checkpoint {
  /// In the order in which they are tried.
  private static var folderForms: [any FolderForm.Type] { [ShardedFolder.self] }

  /// What the folder holds; nil where it has no form that is known.
  static func openFolder(_ path: String) throws(CheckpointError) -> Document? {
    let names = try Kernel.names(in: path)
    for form in folderForms where form.recognises(names) { return try form.open(path, names) }
    return nil
  }
}
