// SPDX-License-Identifier: Apache-2.0

/// The places of a document that patterns select. A container that is selected selects all below it.
struct Selection {
  /// The topmost selected places in order, each with its path.
  private(set) var tops: [(edge: Edge, path: Text)] = []
  private(set) var edges: Set<Edge> = []

  /// Throws `nothingMatched` when one of the patterns selects nothing; `word` is the pass for its hint.
  init(_ document: Document, _ patterns: [Text], word: String) throws(CheckpointError) {
    var filter = try PathFilter(patterns)
    var walk = EdgeWalk(document)
    while let step = walk.next() {
      guard case .enter(let visit) = step, let edge = visit.edge else { continue }
      let path = filter.needsPath(atDepth: visit.depth) ? try walk.path() : ""
      guard filter.ask(edge, depth: visit.depth, path: path, in: document) == .selected,
        edges.insert(edge).inserted
      else { continue }
      tops.append((edge, try walk.path()))
    }
    try filter.checkAllMatched(in: document, word: word)
  }
}
