// SPDX-License-Identifier: Apache-2.0

/// A report that is written to a file of its own.
package enum ReportFile {
  /// Writes `text` whole or not at all. Throws `wouldOverwrite` for a path that exists, unless `replacing`, and always
  /// for a file that one of `documents` was read from.
  package static func write(
    _ text: String, to path: String, replacing: Bool, documents: [Document]
  ) throws(CheckpointError) {
    let file = try OutputFile(path, replacing: replacing, inputs: inputs(documents))
    try file.write(Array(text.utf8), at: 0)
    try file.commit()
  }

  /// What `write` would refuse, before a long comparison.
  package static func check(_ path: String, replacing: Bool, documents: [Document]) throws(CheckpointError) {
    try OutputFile.check(path, replacing: replacing, inputs: inputs(documents))
  }

  private static func inputs(_ documents: [Document]) -> [InputFile] {
    Array(Set(documents.flatMap { $0.storages.flatMap(\.bytes.inputs) }))
  }
}
