// SPDX-License-Identifier: Apache-2.0

/// An archive's members that PyTorch reads code from, unpacked.
///
/// Names are taken in either case, as PyTorch's zip reader finds them.
package struct ScriptCode {
  package struct Source: Sendable {
    /// Its whole name in the archive.
    package var member: Text
    package var text: [UInt8]
    /// The module that it defines: `__torch__.a.b`.
    package var module: Text

    /// - Parameter path: the name within the archive's folder, `code/__torch__/a/b.py`.
    package init(member: Text, path: Text, text: [UInt8]) {
      self.member = member
      self.text = text
      module = ScriptSource.module(of: path.dropFirst("code/".utf8.count))
    }
  }

  private(set) var sources: [Source] = []
  private(set) var bytecode: [(entry: ZipEntry, bytes: [UInt8])] = []
  private(set) var unread: [ScriptExamination.Unexamined] = []
  /// Whether it is an archive of PyTorch 1.0 to 1.2: `model.json` says where the code lies.
  private(set) var isUntyped = false
  private var left: Int

  init(_ archive: ZipDirectory, limit: Int) {
    left = limit
    var legacy: Set<Text> = []
    let entries = archive.entries.map { ($0, Self.path(of: $0.name)) }
    for (entry, path) in entries where path.asciiLowercased == "model.json" {
      isUntyped = true
      if let text = read(entry, archive) { legacy = legacyNames(text, entry.name) }
    }
    for (entry, path) in entries {
      let folded = path.asciiLowercased
      if folded.hasPrefix("code/") && folded.hasSuffix(".py") || legacy.contains(folded) {
        if let text = read(entry, archive) {
          sources.append(.init(member: entry.name, path: path, text: text))
        }
      } else if folded == "bytecode.pkl", let bytes = read(entry, archive) {
        bytecode.append((entry, bytes))
      }
    }
  }

  /// What stands behind the archive's folder.
  private static func path(of name: Text) -> Text {
    guard let slash = name.firstIndex(of: "/") else { return name }
    return name.dropFirst(slash + 1)
  }

  private mutating func read(_ entry: ZipEntry, _ archive: ZipDirectory) -> [UInt8]? {
    do throws(CheckpointError) {
      let bytes = try archive.read(entry, limit: left)
      left -= bytes.count
      return bytes
    } catch {
      unread.append(.init(reason: Text(error.reason), member: entry.name, byte: nil))
      return nil
    }
  }

  /// The members that modules of an old archive name for their code: `"torchscriptArena": {"key": "code/a.py"}`.
  private mutating func legacyNames(_ text: [UInt8], _ member: Text) -> Set<Text> {
    var names: Set<Text> = []
    do throws(CheckpointError) {
      var open = [try JSONTree(text, subject: "the description of modules")]
      while let tree = open.popLast() {
        for arena in ["torchscriptArena", "torchscript_arena"] as [Text] {
          if let key = tree[arena]?["key"]?.text { names.insert(key.asciiLowercased) }
        }
        if case .object(let members) = tree { open += members.map(\.value) }
        open += tree.items ?? []
      }
    } catch {
      unread.append(.init(reason: Text(error.reason), member: member, byte: error.location.byte))
    }
    return names
  }
}
