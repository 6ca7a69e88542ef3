// SPDX-License-Identifier: Apache-2.0

extension OutputPlan {
  /// Hands out the bytes of the output's one file in order, for a stream.
  ///
  /// They are made in a file without a name first, in `TMPDIR` or else `/tmp`: an archive's headers have checksums of
  /// what follows them, and of an output that cannot be made whole nothing goes out.
  ///
  /// - Parameter onBytes: called with the size of each part that was made.
  package func stream(
    onBytes: (Int) -> Void = { _ in }, _ body: (RawSpan) throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    try checkStreamable()
    let folder = Kernel.temporaryFolder
    let place = "\(folder)/resect-\(UInt64.random(in: 0 ... .max))"
    let made: InputFile
    do throws(CheckpointError) {
      made = try file(at: place, replacing: false, onBytes: onBytes).opened()
    } catch {
      guard error.location.file == place || error.location.file == folder else { throw error }
      throw CheckpointError(
        error.code, "the output is made in \(folder) before it goes out: \(error.reason)",
        hint: "`TMPDIR=FOLDER` before the command names another place, or -o FILE")
    }
    try ByteSource.file(made, 0..<made.size, crc32: nil).forEachChunk(of: 0..<made.size, body)
  }

  /// - Throws: `wrongWords` where the output is a folder; `wouldOverwrite` where standard output is an input.
  package func checkStreamable() throws(CheckpointError) {
    try InputFile.check(inputs, apartFromStream: 1)
    guard isFolder else { return }
    throw CheckpointError(
      .wrongWords, "\(summary.format) is a folder of files, and a stream holds one", hint: "`-o FOLDER`")
  }
}
