// SPDX-License-Identifier: Apache-2.0

/// Where the statement of an output lies, and how files are called in it.
struct StatementPlace: Sendable {
  static let suffix = ".provenance.json"

  /// The file of the statement: `OUT.provenance.json` beside the output, be that a file or a folder.
  let path: String
  /// How the output is called in it: the last part of its path.
  let outputName: Text
  /// The folder that both lie in, without links, with a slash at its end.
  private let folder: String

  /// - Parameter output: `exp/` and `exp/.` name the folder `exp`.
  init(of output: String) {
    let output = Self.plain(output)
    path = output + Self.suffix
    let parts = PathParts.of(output)
    outputName = Text(parts.name)
    folder = Self.realFolder(parts.folder)
  }

  /// A path without slashes at its end; where it ends in `.` or `..`, that of the folder that this means.
  static func plain(_ path: String) -> String {
    var short = path[...]
    while short.utf8.count > 1, short.utf8.last == UInt8(ascii: "/") { short = short.dropLast() }
    let plain = String(short)
    return [".", ".."].contains(PathParts.of(plain).name) ? Kernel.realPath(plain) ?? plain : plain
  }

  private static func realFolder(_ folder: String) -> String {
    let real = Kernel.realPath(folder) ?? folder
    return real.utf8.last == UInt8(ascii: "/") ? real : real + "/"
  }

  /// What a file is called: its path from the statement's folder where it lies below that, else from `list` where it lies
  /// in that folder, else the last part of its path. No absolute path: that would be of the machine.
  func name(of path: String, in list: String? = nil) -> Text {
    let path = Self.plain(path)
    let parts = PathParts.of(path)
    let real = Text(Self.realFolder(parts.folder) + parts.name)
    for base in [folder] + (list.map { [Self.realFolder($0)] } ?? []) {
      if let rest = real.rest(after: Text(base)) { return rest }
    }
    return Text(parts.name)
  }

  /// What a file or folder inside the output is called.
  func name(ofPart path: String, of output: String) -> Text {
    func parts(_ path: String) -> [Text] { Text(path).split("/").filter { !$0.isEmpty } }
    return parts(path).dropFirst(parts(output).count).reduce(outputName) { $0 + "/" + $1 }
  }

  /// Where statements of an input may lie: beside it, and beside the folders that it lies in, up to three; a run's is about
  /// `exp/models/CKPT-EPOCH-1-00/embedding_model.ckpt`.
  static func candidates(for input: String) -> [String] {
    let input = plain(input)
    let parts = PathParts.of(input)
    var found = [input + suffix]
    guard var folder = Kernel.realPath(parts.folder) else { return found }
    for _ in 0..<3 where folder != "/" {
      found.append(folder + suffix)
      folder = PathParts.of(folder).folder
    }
    return found
  }
}
