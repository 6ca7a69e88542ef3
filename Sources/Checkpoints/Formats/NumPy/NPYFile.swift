// SPDX-License-Identifier: Apache-2.0

/// A `.npy` file as a document: one tensor, at the root.
struct NPYFile {
  let file: InputFile

  static func begins(_ start: [UInt8]) -> Bool { start.starts(with: NPYHeader.magic) }

  func document() throws(CheckpointError) -> Document {
    let content = try NPYContent(.file(file, 0..<file.size, crc32: nil))
    var document = Document(source: .init(file: file.path, format: .npy))
    document.root = content.add(to: &document, name: "data")
    return document
  }
}
