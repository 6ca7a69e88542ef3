// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// A file of settings in an experiment's folder, as it is shown in the report.
struct SettingsFile: Sendable, Equatable {
  enum Content: Sendable, Equatable {
    /// Names and values.
    case rows([(name: String, value: String)])
    /// What is no list of those, as it stands.
    case text(String)

    static func == (left: Self, right: Self) -> Bool {
      switch (left, right) {
      case (.rows(let left), .rows(let right)): left.elementsEqual(right, by: ==)
      case (.text(let left), .text(let right)): left == right
      default: false
      }
    }
  }

  let name: String
  let content: Content

  private static let largest = 1 << 16
  private static let mostRows = 200

  /// The `.yaml`, `.yml` and `.json` files that lie in the folder itself, by name; without the label map, and without
  /// what is no text or larger than 64 KiB.
  static func all(in experiment: String) throws(CheckpointError) -> [SettingsFile] {
    var found: [SettingsFile] = []
    for name in try FileSystem.names(in: experiment) {
      guard ["yaml", "yml", "json"].contains(FilePath.suffix(of: name)), name != LabelMap.fileName,
        try FileSystem.kind(of: name, in: experiment) == .file,
        let bytes = try? FileSystem.bytes(of: name, in: experiment, limit: largest),
        let text = try? TextFile(bytes, name: name)
      else { continue }
      let rows = FilePath.suffix(of: name) == "json" ? jsonRows(text.bytes) : yamlRows(text.string)
      found.append(SettingsFile(name: name, content: rows.map { .rows($0) } ?? .text(text.string)))
    }
    return found
  }

  /// `a.b.0` and its value for everything that an object holds; nil where it is none, or holds very much.
  static func jsonRows(_ bytes: [UInt8]) -> [(name: String, value: String)]? {
    guard let tree = try? JSONTree(bytes, subject: "it"), case .object = tree else { return nil }
    var rows: [(name: String, value: String)] = []
    func add(_ tree: JSONTree, _ name: String) {
      guard rows.count <= mostRows else { return }
      let prefix = name.isEmpty ? "" : name + "."
      switch tree {
      case .object(let members): for member in members { add(member.value, prefix + member.key.shown) }
      case .array(let values):
        for (index, value) in values.enumerated() { add(value, prefix + String(index)) }
      case .null: rows.append((name, "null"))
      case .bool(let value): rows.append((name, "\(value)"))
      case .int(let value): rows.append((name, "\(value)"))
      case .double(let value): rows.append((name, "\(value)"))
      case .string(let value): rows.append((name, value.shown))
      }
    }
    add(tree, "")
    return rows.count <= mostRows ? rows : nil
  }

  /// The lines `name: value` of a flat file; nil where there are others.
  static func yamlRows(_ text: String) -> [(name: String, value: String)]? {
    var rows: [(name: String, value: String)] = []
    for line in text.split(separator: "\n") {
      if line == "---" || line.first == "#" || line.allSatisfy(\.isWhitespace) { continue }
      guard let colon = line.firstIndex(of: ":"), let first = line.first, !first.isWhitespace, first != "-"
      else { return nil }
      let value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
      if value.isEmpty { return nil }
      rows.append((String(line[..<colon]), String(value)))
    }
    return rows.isEmpty || rows.count > mostRows ? nil : rows
  }

  var html: String {
    let body =
      switch content {
      case .rows(let rows):
        HTMLPage.table(header: ["setting", "value"], rows: rows.map { [$0.name, $0.value] })
      case .text(let text):
        "<pre>"
          + text.split(separator: "\n", omittingEmptySubsequences: false)
          .map { HTMLPage.escaped(String($0)) }.joined(separator: "\n") + "</pre>\n"
      }
    return "<h3>\(HTMLPage.escaped(name))</h3>\n\(body)"
  }
}
