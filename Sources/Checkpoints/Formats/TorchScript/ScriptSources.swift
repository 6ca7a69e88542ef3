// SPDX-License-Identifier: Apache-2.0

/// The classes' sources in a TorchScript archive: `code/__torch__/a/b.py` for `__torch__.a.b.Name`.
struct ScriptSources {
  struct Declarations {
    var parameters: Set<Text> = []
    var buffers: Set<Text> = []
  }

  private let archive: ZipDirectory
  private let folder: Text
  private var files: [Text: [Text: Declarations]] = [:]

  /// - Parameter folder: the archive's inner folder.
  init(_ archive: ZipDirectory, folder: Text) {
    self.archive = archive
    self.folder = folder
  }

  /// What a class declares; nil where the archive has no source for it.
  mutating func declarations(of name: GlobalName) throws(CheckpointError) -> Declarations? {
    let folders = name.module.split(".").filter { !$0.isEmpty }
    let path = "code/" + folders.joined(separator: "/") + ".py"
    if files[path] == nil { files[path] = try read(path) }
    return files[path]?[name.name]
  }

  private func read(_ path: Text) throws(CheckpointError) -> [Text: Declarations] {
    guard let entry = archive.entry(named: "\(folder)/\(path)") else { return [:] }
    let text = String(decoding: try archive.read(entry, limit: 64 << 20), as: UTF8.self)
    var classes: [Text: Declarations] = [:]
    var current: Text?
    for line in text.split(separator: "\n") {
      if line.hasPrefix("class ") {
        current = Text(line.dropFirst("class ".count).prefix { $0 != "(" && $0 != ":" })
        if let current { classes[current] = Declarations() }
      } else if let current, let names = Self.list(line, "__parameters__") {
        classes[current]?.parameters = names
      } else if let current, let names = Self.list(line, "__buffers__") {
        classes[current]?.buffers = names
      }
    }
    return classes
  }

  /// The quoted names of a line `  <attribute> = ["a", "b", ]`.
  private static func list(_ line: Substring, _ attribute: String) -> Set<Text>? {
    let line = line.drop { $0 == " " }
    guard line.hasPrefix(attribute + " = [") else { return nil }
    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
    return Set(stride(from: 1, to: parts.count, by: 2).map { Text(parts[$0]) })
  }
}
