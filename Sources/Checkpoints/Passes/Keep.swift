// SPDX-License-Identifier: Apache-2.0

/// `keep PATTERN...`: everything that no pattern selects goes, in the whole document.
public struct Keep: PatternList {
  package static let word = "keep"
  public var patterns: [String]

  public init(patterns: [String]) { self.patterns = patterns }

  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    let selection = try Selection(document, patterns, word: Self.word)
    let needed = around(selection, in: document)
    var removal = Removal()
    var walk = EdgeWalk(document)
    // How deep the container is that goes or stays as a whole.
    var settledDepth: Int?
    while let step = walk.next() {
      guard case .enter(let visit) = step, let edge = visit.edge else { continue }
      if let depth = settledDepth, visit.depth <= depth { settledDepth = nil }
      guard settledDepth == nil else { continue }
      if selection.edges.contains(edge) {
        settledDepth = visit.depth
      } else if !needed.contains(edge) {
        settledDepth = visit.depth
        // What an object is made from stays with the object.
        if document.slots(of: edge.parent)[edge.index] != .fixed { removal.add(edge, path: try walk.path()) }
      }
    }
    try removal.apply(to: &document, report: &report)
  }

  /// The places on the way to a selected one.
  private func around(_ selection: Selection, in document: Document) -> Set<Edge> {
    var needed: Set<Edge> = []
    var way: [Edge] = []
    var walk = EdgeWalk(document)
    while let step = walk.next() {
      guard case .enter(let visit) = step, let edge = visit.edge else { continue }
      way.removeSubrange(min(visit.depth - 1, way.count)...)
      way.append(edge)
      if selection.edges.contains(edge) { needed.formUnion(way) }
    }
    return needed
  }
}

extension Pass where Self == Keep {
  /// Drops everything that no pattern selects.
  public static func keep(_ patterns: String...) -> Self { Keep(patterns: patterns) }
}
