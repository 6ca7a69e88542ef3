// SPDX-License-Identifier: Apache-2.0

/// A zip archive whose members libzip deflates as it writes them into the output.
struct DeflatedArchive: PlannedSection {
  let contents: [PlannedArchive.Member]

  init(_ contents: [PlannedArchive.Member]) { self.contents = contents }

  var byteCount: Int { contents.reduce(0) { $0 + $1.bytes.byteCount } }

  /// Offsets are 0: where a member begins depends on how small those before it become.
  var members: [PlannedMember] {
    contents.map { .init(name: $0.name, bytes: $0.bytes.byteCount, offset: 0, origin: .deflate) }
  }

  func write(
    to file: borrowing OutputFile, at start: Int, onBytes: (Int) -> Void
  ) throws(CheckpointError) -> Int {
    try LibZipWriter.write(contents, deflated: true, to: file, at: start, onBytes: onBytes)
  }
}
