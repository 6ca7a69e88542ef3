// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The dotted prefixes of a document's state dicts, to say what is there when a prefix is not.
struct KeyPrefixes {
  /// Every prefix with its dot, in the order of the keys.
  private var all: OrderedSet<String> = []
  /// First components, with their dot; whole keys where there is none.
  private var first: OrderedSet<String> = []

  init(_ keys: some Sequence<String>) {
    for key in keys.prefix(100_000) {
      var dots = 0
      for index in key.indices where key[index] == "." {
        dots += 1
        if dots == 1 { first.append(String(key[...index])) }
        if dots <= 8 { all.append(String(key[...index])) }
      }
      if dots == 0 { first.append(key) }
    }
  }

  var firstComponents: [String] { Array(first) }

  /// The prefix that was most likely meant.
  func nearest(_ wanted: String) -> String? {
    // `module.backbone.` of keys that begin with `backbone.`.
    var rest = wanted[...]
    while let dot = rest.firstIndex(of: ".") {
      rest = rest[rest.index(after: dot)...]
      if !rest.isEmpty, all.contains(String(rest)) { return String(rest) }
    }
    // `backbone.` of keys that begin with `module.backbone.`.
    if let longer = all.first(where: { $0.hasSuffix("." + wanted) }) { return longer }
    return Nearest.match(wanted, among: all)
  }

  /// "nothing lies under `module.backbone.`; the keys begin with `backbone.`", with the same pass as the
  /// hint.
  func nothingUnder(_ prefix: String, word: String) -> CheckpointError {
    if let nearest = nearest(prefix) {
      return CheckpointError(
        .nothingMatched, "nothing lies under `\(prefix)`; the keys begin with `\(nearest)`",
        hint: "`\(word) \(ShellWords.quoted(nearest))`")
    }
    guard !first.isEmpty else {
      return CheckpointError(
        .nothingMatched, "nothing lies under `\(prefix)`: the document holds no state dict with keys",
        hint: "`resect tree FILE` shows what it holds")
    }
    return CheckpointError(
      .nothingMatched, "nothing lies under `\(prefix)`; the keys begin with \(Nearest.list(Array(first)))",
      hint: first.first.map {
        $0.hasSuffix(".") ? "`\(word) \(ShellWords.quoted($0))`" : "`resect tree FILE`"
      })
  }
}
