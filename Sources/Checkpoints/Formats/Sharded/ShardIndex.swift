// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `model.safetensors.index.json` or `pytorch_model.bin.index.json`: which shard holds which tensor.
package struct ShardIndex {
  /// Names of tensors, in the file's order, and of files beside the index.
  private(set) var weightMap: OrderedDictionary<Text, Text> = [:]
  /// What restores the containers, where `resect` has written one.
  private(set) var restoringEntry: Text?
  /// The index's own path.
  private let path: String

  static let suffix: Text = ".index.json"
  private static let largest = 100_000_000

  /// Whether a file means to be an index: JSON under such a name.
  static func begins(_ file: InputFile) throws(CheckpointError) -> Bool {
    guard Text(file.path).hasSuffix(suffix) else { return false }
    let start = try file.read(0..<min(file.size, 512))
    // An index in another encoding is one all the same, and its error says so.
    if TextFault.isWide(start) { return true }
    let text = start.starts(with: TextFault.mark) ? start[TextFault.mark.count...] : start[...]
    return text.first { !JSONCursor.isBlank($0) } == UInt8(ascii: "{")
  }

  /// - Throws: `.corrupt` with byte and key for JSON that is broken, for a shard that is no plain file name, or
  ///   whose suffix is not the index's.
  package init(_ file: InputFile) throws(CheckpointError) {
    guard file.size <= Self.largest else {
      throw CheckpointError(.limit, "an index of \(file.size) bytes; \(Self.largest) are read at most")
    }
    path = file.path
    let type = Self.type(ofIndex: file.path)
    let bytes = try file.read(0..<file.size)
    let text = try TextFile(bytes, name: file.path)
    var cursor = JSONCursor(text.bytes, base: bytes.count - text.bytes.count, subject: "the index")
    var fields: Set<Text> = []
    try cursor.members { cursor, field, at throws(CheckpointError) in
      guard fields.insert(field).inserted else { throw cursor.wrong("it has `\(field)` twice") }
      switch field {
      case "weight_map":
        try cursor.members { cursor, name, at throws(CheckpointError) in
          guard weightMap[name] == nil else {
            throw CheckpointError(.corrupt, "the index names it twice", at: .init(byte: at, key: name))
          }
          let shard = try cursor.string()
          if let fault = Self.fault(of: shard, type) {
            throw CheckpointError(
              .corrupt, "its shard `\(shard)` \(fault)", at: .init(byte: at, key: name),
              hint: "an index may name files beside it alone")
          }
          weightMap[name] = shard
          namesByShard[shard, default: []].append(name)
        }
      case "metadata":
        if case .string(let text) = try cursor.tree()[RestoringEntry.key] { restoringEntry = text }
      default: _ = try cursor.tree()
      }
    }
    try cursor.end()
    guard fields.contains("weight_map") else {
      throw CheckpointError(.corrupt, "the index has no `weight_map`")
    }
  }

  /// The files that it names, each once, in byte order.
  var shards: [Text] { namesByShard.keys.sorted() }
  /// Of each file, the tensors that lie in it, in the index's order.
  private(set) var namesByShard: [Text: [Text]] = [:]

  func path(of shard: Text) -> String {
    path.utf8.contains(UInt8(ascii: "/")) ? "\(PathParts.of(path).folder)/" + shard.shown : shard.shown
  }

  func missing(_ shard: Text) -> CheckpointError {
    CheckpointError(
      .unreadable, "the index names the shard \(shard), which is not there", at: .init(file: path),
      hint: "put it into the same folder")
  }

  /// Refuses shards beside the index that it does not name: what they hold would be left out without a word.
  ///
  /// - Parameter names: all names in the index's folder.
  func checkNamesAll(of names: [Text]) throws(CheckpointError) {
    let type = Self.type(ofIndex: path)
    let named = Set(namesByShard.keys)
    let series = Set(named.compactMap(Self.series))
    let others = names.filter { name in
      guard !named.contains(name), type.map({ name.hasSuffix(".\($0)") }) ?? true else { return false }
      return named.isEmpty || Self.series(name).map(series.contains) == true
    }
    guard let first = others.first(where: { Kernel.status(at: path(of: $0))?.kind == .file }) else { return }
    let more = others.count > 1 ? " and \(others.count - 1) more" : ""
    throw CheckpointError(
      .corrupt,
      named.isEmpty
        ? "its `weight_map` is empty, but \(first)\(more) lies beside it"
        : "it names no tensor of \(first)\(more), which lies beside it and belongs to the same shards",
      at: .init(file: path),
      hint:
        "fetch the index again, or read the file by itself: `resect ls \(ShellWords.path(path(of: first)))`")
  }

  /// What all shards of one checkpoint have in common: `model-` and `-of-00003.safetensors` of
  /// `model-00002-of-00003.safetensors`; nil for another name.
  private static func series(_ name: Text) -> [Text]? {
    let parts = name.split("-")
    guard parts.count >= 4, let number = parts.indices.last(where: { parts[$0] == "of" }), number >= 2,
      number == parts.count - 2, parts[number - 1].bytes.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Array(parts[..<(number - 1)]) + Array(parts[number...])
  }

  /// `safetensors` of `model.safetensors.index.json`.
  private static func type(ofIndex path: String) -> Text? {
    let name = Text(PathParts.of(path).name).dropLast(suffix.count)
    return name.lastIndex(of: ".").map { name[$0 + 1..<name.count] }
  }

  /// What makes a shard's name one that is not followed.
  private static func fault(of shard: Text, _ type: Text?) -> String? {
    if shard.isEmpty || shard == "." || shard == ".." { return "is no file name" }
    if shard.bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "has control characters" }
    if shard.bytes.contains(where: {
      [UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: ":")].contains($0)
    }) {
      return "leads out of the folder"
    }
    if let type, !shard.hasSuffix(".\(type)") { return "is no .\(type) file, as the index's name says" }
    return nil
  }

  /// The text of an index, as `huggingface_hub` writes it but for the order of names, which is the document's.
  static func text(
    totalSize: Int, _ weightMap: OrderedDictionary<Text, Text>, restoring: Text?
  ) -> [UInt8] {
    var text = "{\n  \"metadata\": {\n"
    if let restoring { text += "    \"\(RestoringEntry.key)\": \(restoring.jsonQuoted),\n" }
    text += "    \"total_size\": \(totalSize)\n  },\n  \"weight_map\": {"
    let lines = weightMap.map { "\n    \($0.key.jsonQuoted): \($0.value.jsonQuoted)" }
    text += lines.joined(separator: ",") + (lines.isEmpty ? "}" : "\n  }") + "\n}\n"
    return Array(text.utf8)
  }
}
