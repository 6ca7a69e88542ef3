// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension Embeddings {
  /// The script file that is written beside an archive: `E.scp` for `E.ark`; nil where `path` is no archive's.
  package static func script(of path: String) -> String? {
    FilePath.suffix(of: path) == "ark" ? path.dropLast("ark".count) + "scp" : nil
  }

  /// The files that `write` makes beside `path`: a script, and the front end where it is known.
  package func companions(of path: String) -> [String] {
    [Self.script(of: path), frontEnd == nil ? nil : FrontEndMark.file(beside: path)].compactMap { $0 }
  }

  /// What `write` would refuse, before a long run.
  ///
  /// - Parameter read: files that the run reads.
  package static func checkOutput(
    _ path: String, replacing: Bool, read: [String] = []
  ) throws(CheckpointError) {
    if FilePath.suffix(of: path) == "scp" {
      throw CheckpointError(
        .wrongWords, "a script file is written beside its archive", at: .init(file: path),
        hint: "name the archive: \(path.dropLast("scp".count))ark")
    }
    for file in [path, script(of: path), FrontEndMark.file(beside: path)].compactMap({ $0 }) {
      try OutputFile.check(file, replacing: replacing, inputs: [], read: read)
    }
  }

  /// Writes a Kaldi archive with its script file where `path` ends in `.ark`, else a `.npz` file.
  package func write(_ path: String, replacing: Bool) throws(CheckpointError) {
    if let script = Self.script(of: path) {
      try write(kaldi: path, script: script, replacing: replacing)
    } else {
      try write(to: path, replacing: replacing)
    }
  }

  /// Writes an archive, one matrix of one row a recording, and its script file, as 3D-Speaker's `extract.py` does, and the
  /// front end beside it where it is known; another's that lies there is removed. The script names the archive as `path` does.
  ///
  /// - Throws: `wouldOverwrite` where one of both exists and may not be replaced; `unrepresentable` for a name, or an
  ///   archive's path, that Kaldi's files cannot hold.
  private func write(kaldi path: String, script scriptPath: String, replacing: Bool) throws(CheckpointError) {
    guard !path.unicodeScalars.contains(where: PythonSpace.contains) else {
      throw CheckpointError(
        .unrepresentable, "a script file cannot name an archive with white space in its path",
        at: .init(file: path))
    }
    let archive = try OutputFile(path, replacing: replacing, inputs: [])
    let script = try OutputFile(scriptPath, replacing: replacing, inputs: [])
    var (end, lines) = (0, "")
    for name in names {
      let entry = try KaldiArchive.entry(name, row: self[name] ?? [])
      try archive.write(entry.bytes, at: end)
      lines += "\(name) \(path):\(end + entry.offset)\n"
      end += entry.bytes.count
    }
    try script.write(Array(lines.utf8), at: 0)
    try writeFrontEnd(beside: path, replacing: replacing)
    try archive.commit()
    try script.commit()
  }

  private func writeFrontEnd(beside path: String, replacing: Bool) throws(CheckpointError) {
    guard let file = FrontEndMark.file(beside: path) else { return }
    if let frontEnd {
      let output = try OutputFile(file, replacing: replacing, inputs: [])
      try output.write(frontEnd.bytes + [UInt8(ascii: "\n")], at: 0)
      try output.commit()
    } else if FileSystem.kind(of: file) == .file {
      try OutputFile.check(file, replacing: replacing, inputs: [])
      try Kernel.unlink(file)
    }
  }

  /// Reads a `.ark` archive, what a `.scp` script points to, or a `.npz` file, by the name's suffix; any other is taken
  /// for `.npz`.
  package init(_ path: String) throws(CheckpointError) {
    switch FilePath.suffix(of: path) {
    case "ark":
      self.init()
      try KaldiArchive.forEachEntry(path) { key, values throws(CheckpointError) in
        try add(values, named: key)
      }
      frontEnd = try FrontEndMark.read(beside: path)
    case "scp":
      self.init()
      let script = try KaldiScript(path)
      // Scripts are joined by `cat`: each archive says its own.
      var claims: [(file: String, frontEnd: Text?)] = []
      for archive in script.archives { claims.append((archive, try FrontEndMark.read(beside: archive))) }
      frontEnd = try FrontEndMark.common(claims)
      try script.forEachEntry { key, values throws(CheckpointError) in
        try add(values, named: key)
      }
    default: try self.init(npz: path)
    }
    guard count > 0 else {
      throw CheckpointError(.emptyResult, "the file holds no embedding", at: .init(file: path))
    }
  }
}
