// SPDX-License-Identifier: Apache-2.0

/// Says why a pattern selects nothing, with the nearest one that would.
struct NothingMatched {
  private var keys: [Text] = []
  private var paths: [Text] = []

  init(_ document: Document) throws(CheckpointError) {
    var walk = EdgeWalk(document)
    var bytes = 0
    while let step = walk.next() {
      guard case .enter(let visit) = step, let edge = visit.edge else { continue }
      // Enough for a suggestion: a document can have more path text than memory.
      guard paths.count < 100_000, bytes < 1 << 24 else { break }
      let path = try walk.path()
      bytes += path.count
      paths.append(path)
      if let key = document.patternKey(of: edge, depth: visit.depth, path: path) { keys.append(key) }
    }
  }

  func error(_ pattern: Pattern, word: String) throws(CheckpointError) -> CheckpointError {
    let what = pattern.isPath ? "no path" : "no key"
    if let better = try suggestion(pattern) {
      return CheckpointError(
        .nothingMatched, "\(what) matches `\(pattern)`", hint: "`\(word) \(ShellWords.safe(better))`")
    }
    let first = KeyPrefixes(keys)
    return CheckpointError(
      .nothingMatched, "\(what) matches `\(pattern)`\(first.summary)",
      hint: "`resect ls FILE` lists every path")
  }

  private func suggestion(_ pattern: Pattern) throws(CheckpointError) -> Text? {
    let text = pattern.text
    guard !text.hasPrefix("re:") else { return nil }
    let names = pattern.isPath ? paths : keys
    if !pattern.isPath {
      // `head.**` of keys that begin with `module.head.`.
      let deeper = try PatternMatcher(Pattern("**." + text))
      for name in names {
        if let caught = deeper.captures(in: name), case .some(.some(let wrapper)) = caught.first {
          return wrapper + "." + text
        }
      }
      // `module.head.**` of keys that begin with `head.`.
      var rest = text
      while let dot = rest.firstIndex(of: ".") {
        rest = rest.dropFirst(dot + 1)
        guard rest.bytes.contains(where: { $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: ".") }) else {
          break
        }
        let shorter = try PatternMatcher(Pattern(rest))
        if names.contains(where: shorter.matches) { return rest }
      }
    }
    // `fc.weight` where a path of that name is meant, and the nearest name.
    guard !text.contains("*") else { return wildcardNearest(text, names) }
    return Nearest.match(text, among: names) ?? paths.first { $0.hasSuffix("/" + text) }
  }

  /// `heads.**` of keys that begin with `head.`: the nearest prefix before the first star.
  private func wildcardNearest(_ text: Text, _ names: [Text]) -> Text? {
    let start = text.prefix(before: "*")
    guard start.count < text.count, start.hasSuffix("."), let prefix = KeyPrefixes(names).nearest(start)
    else {
      return nil
    }
    let better = prefix + text.dropFirst(start.count)
    guard let pattern = try? Pattern(better), let matcher = try? PatternMatcher(pattern) else { return nil }
    return names.contains(where: matcher.matches) ? better : nil
  }
}

extension KeyPrefixes {
  /// "; the keys begin with `a.` and `b.`", or nothing where there are none.
  var summary: String {
    firstComponents.isEmpty ? "" : "; the keys begin with \(Prose.list(firstComponents))"
  }
}
