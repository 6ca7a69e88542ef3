// SPDX-License-Identifier: Apache-2.0

/// The paths that a reading command's patterns select. A container that is selected selects all below it; without
/// patterns everything is.
struct PathFilter {
  private let matchers: [PatternMatcher]
  private var matched: [Bool]
  /// How deep the selected container is that the walk is in.
  private var selectedDepth: Int?

  init(_ patterns: [Text]) throws(CheckpointError) {
    var matchers: [PatternMatcher] = []
    for pattern in patterns { matchers.append(try PatternMatcher(Pattern(pattern))) }
    self.matchers = matchers
    matched = matchers.map { _ in false }
  }

  var takesAll: Bool { matchers.isEmpty }

  /// Whether the node just entered is selected.
  mutating func selects(
    _ path: Text, depth: Int, parent: NodeID?, in document: Document
  ) -> Bool {
    if matchers.isEmpty { return true }
    if let selected = selectedDepth, depth <= selected { selectedDepth = nil }
    var isSelected = false
    for index in matchers.indices {
      let text = matchers[index].pattern.isPath ? path : Self.key(path, depth, parent, document)
      guard let text, matchers[index].matches(text) else { continue }
      matched[index] = true
      isSelected = true
    }
    if isSelected && selectedDepth == nil { selectedDepth = depth }
    return selectedDepth != nil
  }

  /// What a pattern without `/` is matched against: the key of a state dict's entry, or a name at the top.
  private static func key(_ path: Text, _ depth: Int, _ parent: NodeID?, _ document: Document) -> Text? {
    if depth == 1 { return path }
    guard let parent, case .stateDict = document[parent] else { return nil }
    return path.suffix(after: "/")
  }

  /// Throws `nothingMatched`, with what may have been meant, when one of the patterns selected nothing.
  /// `command` is how the hint begins.
  func checkAllMatched(in document: Document, command: String) throws(CheckpointError) {
    guard let index = matched.firstIndex(of: false) else { return }
    throw try NothingMatched(document).error(matchers[index].pattern, word: command)
      .at(file: document.source?.file)
  }
}
