// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The places that the patterns of a reading command or of a pass select, asked for in the order of a walk. A container
/// that is selected selects all below it.
struct PathFilter {
  enum Answer {
    case notSelected
    /// By a pattern, and by no container around it.
    case selected
    case withinSelected
  }

  private let matchers: [PatternMatcher]
  private var matched: [Bool]
  /// How deep the selected container is that the walk is in.
  private var selectedDepth: Int?
  private let hasPathPattern: Bool

  init(_ patterns: [Text]) throws(CheckpointError) {
    var matchers: [PatternMatcher] = []
    for pattern in patterns { matchers.append(try PatternMatcher(Pattern(pattern))) }
    self.matchers = matchers
    matched = matchers.map { _ in false }
    hasPathPattern = matchers.contains { $0.pattern.isPath }
  }

  var hasNoPatterns: Bool { matchers.isEmpty }

  /// Whether the path of a place at this depth is looked at. Paths grow with depth: they are made only where they are.
  func needsPath(atDepth depth: Int) -> Bool { hasPathPattern || depth == 1 }

  /// Whether the place just entered is selected. `path` may be empty where it is not needed.
  mutating func ask(
    _ edge: Edge, depth: Int, path: Text, in document: Document
  ) -> Answer {
    if let selected = selectedDepth, depth <= selected { selectedDepth = nil }
    let key = document.patternKey(of: edge, depth: depth, path: path)
    var isMatched = false
    for index in matchers.indices {
      guard let text = matchers[index].pattern.isPath ? path : key, matchers[index].matches(text) else {
        continue
      }
      matched[index] = true
      isMatched = true
    }
    if selectedDepth != nil { return .withinSelected }
    guard isMatched else { return .notSelected }
    selectedDepth = depth
    return .selected
  }

  /// Throws `nothingMatched`, with what may have been meant, when one of the patterns selected nothing.
  /// `word` is how the hint begins: the pass, or the command with its file.
  func checkAllMatched(in document: Document, word: String) throws(CheckpointError) {
    guard let index = matched.firstIndex(of: false) else { return }
    throw try NothingMatched(document).error(matchers[index].pattern, word: word)
  }
}

extension Document {
  /// What a pattern without `/` is matched against: the key of a state dict's entry, or a name at the top.
  func patternKey(of edge: Edge, depth: Int, path: Text) -> Text? {
    if depth == 1 { return path }
    guard case .stateDict(let state) = self[edge.parent], edge.index < state.entries.count else { return nil }
    return ValuePath.escape(state.entries.keys[edge.index])
  }
}
