// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The dotted prefixes of a document's state dicts, to say what is there when a prefix is not.
struct KeyPrefixes {
  /// Every prefix with its dot, in the order of the keys.
  private var all: OrderedSet<Text> = []
  /// First components, with their dot; whole keys where there is none.
  private var first: OrderedSet<Text> = []

  init(_ keys: some Sequence<Text>) {
    for key in keys.prefix(100_000) {
      let ends = key.places(of: ".").prefix(8).map { $0 + 1 }
      first.append(ends.first.map { key[0..<$0] } ?? key)
      for end in ends { all.append(key[0..<end]) }
    }
  }

  var firstComponents: [Text] { Array(first) }

  /// The prefix that was most likely meant.
  func nearest(_ wanted: Text) -> Text? {
    // `module.backbone.` of keys that begin with `backbone.`.
    var rest = wanted
    while let dot = rest.firstIndex(of: ".") {
      rest = rest.dropFirst(dot + 1)
      if !rest.isEmpty, all.contains(rest) { return rest }
    }
    // `backbone.` of keys that begin with `module.backbone.`.
    if let longer = all.first(where: { $0.hasSuffix("." + wanted) }) { return longer }
    return Nearest.match(wanted, among: all)
  }

  /// "nothing lies under `module.backbone.`; the keys begin with `backbone.`", with the same pass as the
  /// hint.
  func nothingUnder(_ prefix: Text, word: String) -> CheckpointError {
    if let nearest = nearest(prefix) {
      return CheckpointError(
        .nothingMatched, "nothing lies under `\(prefix)`; the keys begin with `\(nearest)`",
        hint: "`\(word) \(ShellWords.safe(nearest))`")
    }
    guard !first.isEmpty else {
      return CheckpointError(
        .nothingMatched, "nothing lies under `\(prefix)`: the document holds no state dict with keys",
        hint: "`resect tree FILE` shows what it holds")
    }
    return CheckpointError(
      .nothingMatched, "nothing lies under `\(prefix)`; the keys begin with \(Prose.list(Array(first)))",
      hint: first.first.map {
        $0.hasSuffix(".") ? "`\(word) \(ShellWords.safe($0))`" : "`resect tree FILE`"
      })
  }
}
