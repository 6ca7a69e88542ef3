// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension KeySpec {
  /// A key list is text; one that is larger is something else.
  private static let largestText = 64 << 20

  /// Reads what a network wants: a checkpoint, what `resect ls --json` prints, or a table of tab-separated
  /// columns. The content decides, not the name.
  ///
  /// - Parameters:
  ///   - file: the checkpoint or key list.
  ///   - path: which state dict in it; nil takes the one that is the whole, or the only one.
  /// - Throws: `unreadable`, `corrupt`, `limit` for a file that cannot be read; `nothingMatched` and `ambiguous`
  ///   where `path` does not settle which state dict is meant.
  public init(reading file: String, path: Text? = nil) throws(CheckpointError) {
    if let text = try Self.text(of: file) {
      do throws(CheckpointError) {
        try self.init(text: text, name: file, path: path)
        return
      } catch {
        // JSON of another kind, an index of shards for example, may still be part of a checkpoint.
        guard error.code == .unsupported else { throw error.at(file: file) }
        guard let document = try? Checkpoint.open(file) else { throw error.at(file: file) }
        try self.init(document, name: file, path: path)
        return
      }
    }
    try self.init(Checkpoint.open(file), name: file, path: path)
  }

  /// Reads a key list. Throws `corrupt` with the line, or `unsupported` for JSON of another kind.
  public init(text: String, name: String, path: Text? = nil) throws(CheckpointError) {
    if text.utf8.first(where: { !Self.isBlank($0) }) == UInt8(ascii: "{") {
      self = try Self.choose(KeyListing.lists(text, name: name), path: path, name: name)
    } else {
      let table = try KeyTable(text)
      self = try Self.choose([KeySpec(name: name, entries: table.entries)], path: path, name: name)
    }
  }

  /// The keys of a checkpoint's state dict. Values that are no tensors are left out, but for extra state.
  public init(_ document: Document, name: String, path: Text? = nil) throws(CheckpointError) {
    var lists: [KeySpec] = []
    for site in try document.stateDictSites() {
      guard case .stateDict(let state) = document[site.node] else { continue }
      var list = KeySpec(name: name, path: site.path, entries: [:])
      for (key, node) in state.entries {
        if case .tensor(let tensor) = document[node] {
          list.entries[key] = Entry(shape: tensor.shape, dtype: tensor.dtype.rawValue)
        } else if key == "_extra_state" || key.hasSuffix("._extra_state") {
          list.entries[key] = Entry(shape: nil)
        }
      }
      if !list.entries.isEmpty { lists.append(list) }
    }
    self = try Self.choose(lists, path: path, name: name)
  }

  /// The whole file where it is text that can be a key list: JSON, or lines with tabs.
  private static func text(of file: String) throws(CheckpointError) -> String? {
    // What is no plain file is left to `Checkpoint.open`, with its error.
    guard let input = try? InputFile(path: file) else { return nil }
    var start = try input.read(0..<min(input.size, 4096))[...]
    if start.starts(with: TextFault.mark) { start = start.dropFirst(TextFault.mark.count) }
    if TextFault.isWide(start) {
      // Text in another encoding: the reader says which.
      return try TextFile(path: file, limit: largestText, subject: "a key list").string
    }
    guard !start.contains(0), let first = start.first(where: { !isBlank($0) }) else { return nil }
    let line = start.prefix { $0 != UInt8(ascii: "\n") }
    guard first == UInt8(ascii: "{") || line.contains(UInt8(ascii: "\t")) else { return nil }
    return try TextFile(path: file, limit: largestText, subject: "a key list").string
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
