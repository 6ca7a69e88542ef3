// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A document made comparable: prefixes dropped, and its backbone taken out where a layout says how.
struct DiffPreparation {
  private(set) var side: DiffSide
  private var passes: [any Pass] = []
  private(set) var layout: String?
  private var leftOut: [DroppedPart] = []
  private var folded: [Text] = []
  /// What a reader of the report should know of how this side was prepared.
  private(set) var notes: [String] = []

  /// Drops prefixes as `unprefix` does. Throws `nothingMatched` for one that is not there.
  init(_ document: Document, unprefixing prefixes: [Text]) throws(CheckpointError) {
    var document = document
    for prefix in prefixes { passes.append(Unprefix(prefix)) }
    try document.apply(passes)
    side = try DiffSide(document)
  }

  /// The same with the backbone alone; nil where no layout fits, or the document is a bare backbone.
  func stripped(branch: Text?) throws(CheckpointError) -> DiffPreparation? {
    guard case .layout(let found) = try Recognition(side.document, wanting: branch) else { return nil }
    let plan = StripPlan(found, of: side.document)
    var result = self
    var document = side.document
    try document.apply(plan.recipe.passes)
    result.side = try DiffSide(document)
    result.passes += plan.recipe.passes
    result.layout = plan.layout
    result.leftOut = plan.dropped
    return result
  }

  /// Where two documents have no tensor path in common: as many of them stripped as makes them have some.
  static func byLayout(
    _ a: DiffPreparation, _ b: DiffPreparation, branch: Text?
  ) throws(CheckpointError) -> (DiffPreparation, DiffPreparation) {
    if a.side.sharesPaths(with: b.side) { return (a, b) }
    let (bareA, bareB) = (try a.stripped(branch: branch), try b.stripped(branch: branch))
    if let bareA, bareA.side.sharesPaths(with: b.side) { return (bareA, b) }
    if let bareB, a.side.sharesPaths(with: bareB.side) { return (a, bareB) }
    if let bareA, let bareB, bareA.side.sharesPaths(with: bareB.side) { return (bareA, bareB) }
    return (a, b)
  }

  /// A checkpoint and a graph that `resect-train export` wrote: the checkpoint folded as the graph was. Others stay.
  static func byFolding(
    _ a: DiffPreparation, _ b: DiffPreparation
  ) throws(CheckpointError) -> (DiffPreparation, DiffPreparation) {
    switch (a.isGraph, b.isGraph) {
    case (false, true): return try following(a, b)
    case (true, false):
      let (checkpoint, graph) = try following(b, a)
      return (graph, checkpoint)
    default: return (a, b)
    }
  }

  private static func following(
    _ checkpoint: DiffPreparation, _ graph: DiffPreparation
  ) throws(CheckpointError) -> (DiffPreparation, DiffPreparation) {
    var (checkpoint, graph) = (checkpoint, graph)
    do throws(CheckpointError) {
      guard let folding = try FollowedFolding(checkpoint.side.document, graph.side.document) else {
        return (checkpoint, graph)
      }
      checkpoint.side = try DiffSide(folding.checkpoint)
      checkpoint.passes += folding.passes
      checkpoint.folded = folding.folded
      graph.side = try DiffSide(folding.graph)
      if folding.counters > 0 {
        graph.notes.append(
          "num_batches_tracked of \(Prose.count(folding.counters, "norm")) is in no graph")
      }
    } catch {
      if [.corrupt, .unreadable, .limit, .inputChanged].contains(error.code) { throw error }
      graph.notes.append("the graph's \(GraphMetadata.folding) cannot be followed: \(error.reason)")
    }
    return (checkpoint, graph)
  }

  private var isGraph: Bool { side.document.source?.format == .onnx }

  var report: DiffReport.Side {
    DiffReport.Side(
      file: side.document.source?.file ?? "", format: (side.document.source?.format ?? .torch).rawValue,
      tensors: side.tensors.count, bytes: side.bytes, passes: passes.map { "\($0)" }, layout: layout,
      leftOut: leftOut, folded: folded.isEmpty ? nil : folded)
  }
}
