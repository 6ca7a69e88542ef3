// SPDX-License-Identifier: Apache-2.0

/// A `.npy` file as a document: one tensor, at the root.
enum NPYFile: FileForm {
  static let words = "a .npy array"
  static let word = "npy"

  static func begins(_ start: [UInt8]) -> Bool { start.starts(with: NPYHeader.magic) }

  static func read(_ file: InputFile) throws(CheckpointError) -> Document {
    let content = try NPYContent(.file(file, 0..<file.size, crc32: nil))
    var document = Document(source: .init(file: file.path, format: .npy, hasTextKeysAlone: true))
    document.root = content.add(to: &document, name: "data")
    return document
  }

  /// An array's length is checked when it is opened.
  static func inspect(_ file: InputFile, _ onBytes: (Int) -> Void) throws(CheckpointError) -> Inspection {
    _ = try read(file)
    return Inspection(.npy, members: 1)
  }
}

extension Document.Format {
  /// One array by itself.
  public static let npy = Self("npy", countedIn: "member")
}
