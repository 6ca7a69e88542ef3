// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The places of a document that patterns select. A container that is selected selects all below it.
struct Selection {
  /// The topmost selected places in order, each with its path.
  private(set) var tops: [(edge: Edge, path: Text)] = []
  private(set) var edges: Set<Edge> = []

  /// Throws `nothingMatched` when one of the patterns selects nothing; `word` is the pass for its hint.
  init(_ document: Document, _ patterns: [Text], word: String) throws(CheckpointError) {
    var matchers: [PatternMatcher] = []
    for pattern in patterns { matchers.append(try PatternMatcher(Pattern(pattern))) }
    var matched = [Bool](repeating: false, count: matchers.count)
    let needsPaths = matchers.contains { $0.pattern.isPath }
    var walk = EdgeWalk(document)
    // How deep the selected container is that the walk is in.
    var selectedDepth: Int?
    while let step = walk.next() {
      guard case .enter(let visit) = step, let edge = visit.edge else { continue }
      if let depth = selectedDepth, visit.depth <= depth { selectedDepth = nil }
      // Paths grow with depth: they are made only where they are looked at.
      let path = needsPaths || visit.depth == 1 ? try walk.path() : ""
      let key = Self.key(of: visit, path, document)
      var isSelected = false
      for index in matchers.indices {
        guard let text = matchers[index].pattern.isPath ? path : key, matchers[index].matches(text) else {
          continue
        }
        matched[index] = true
        isSelected = true
      }
      guard isSelected, selectedDepth == nil else { continue }
      selectedDepth = visit.depth
      if edges.insert(edge).inserted { tops.append((edge, try walk.path())) }
    }
    if let index = matched.firstIndex(of: false) {
      throw try NothingMatched(document).error(matchers[index].pattern, word: word)
    }
  }

  /// What a pattern without `/` is matched against: the key of a state dict's entry, or a name at the top.
  static func key(of visit: EdgeWalk.Visit, _ path: Text, _ document: Document) -> Text? {
    guard let edge = visit.edge else { return nil }
    if visit.depth == 1 { return path }
    guard case .stateDict(let state) = document[edge.parent], edge.index < state.entries.count else {
      return nil
    }
    return ValuePath.escape(state.entries.keys[edge.index])
  }
}
