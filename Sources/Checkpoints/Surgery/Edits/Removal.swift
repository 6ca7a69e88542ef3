// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Places that go. Containers that nothing is left in go with them.
struct Removal {
  private var edges: Set<Edge> = []
  private var paths: [Text] = []

  init() {}

  /// Everything goes but some places, what lies in them, and what they lie in.
  init(ofAllBut selected: Set<Edge>, in document: Document) throws(CheckpointError) {
    let needed = Self.around(selected, in: document)
    var walk = EdgeWalk(document)
    // How deep the container is that goes or stays as a whole.
    var settledDepth: Int?
    while let step = walk.next() {
      guard case .enter(let visit) = step, let edge = visit.edge else { continue }
      if let depth = settledDepth, visit.depth <= depth { settledDepth = nil }
      guard settledDepth == nil else { continue }
      if selected.contains(edge) {
        settledDepth = visit.depth
      } else if !needed.contains(edge) {
        settledDepth = visit.depth
        // What an object is made from stays with the object.
        if document.slots(of: edge.parent)[edge.index] != .fixed { add(edge, path: try walk.path()) }
      }
    }
  }

  /// The places on the way to some places.
  private static func around(_ selected: Set<Edge>, in document: Document) -> Set<Edge> {
    var needed: Set<Edge> = []
    var way: [Edge] = []
    var walk = EdgeWalk(document)
    while let step = walk.next() {
      guard case .enter(let visit) = step, let edge = visit.edge else { continue }
      way.removeSubrange(min(visit.depth - 1, way.count)...)
      way.append(edge)
      if selected.contains(edge) { needed.formUnion(way) }
    }
    return needed
  }

  mutating func add(_ edge: Edge, path: Text) {
    edges.insert(edge)
    paths.append(path)
  }

  func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    var edges = edges
    report.changes += paths.map { .init(.dropped, from: $0) }
    report.changes += try emptied(by: &edges, in: document)
    for (parent, slots) in try slots(of: edges, in: document) {
      if case .stateDict(let state) = document[parent.node] {
        try remove(slots, from: parent, state, &document, &report)
      } else {
        document.remove(slots, from: parent.node)
      }
    }
  }

  /// Adds the containers in which every place goes, innermost first.
  private func emptied(
    by edges: inout Set<Edge>, in document: Document
  ) throws(CheckpointError) -> [PassReport.Change] {
    var found: [PassReport.Change] = []
    var open: [Edge?] = []
    var walk = EdgeWalk(document)
    while let step = walk.next() {
      switch step {
      case .enter(let visit):
        guard !visit.isRepeat, !document.isLeaf(visit.node) else { continue }
        open.append(visit.edge)
      case .leave(let node):
        guard let last = open.popLast(), let edge = last, isPlain(document[node]), !edges.contains(edge)
        else {
          continue
        }
        let count = document.children(of: node).count
        guard (0..<count).allSatisfy({ edges.contains(Edge(parent: node, index: $0)) }) else { continue }
        edges.insert(edge)
        found.append(.init(.dropped, from: try walk.path(), detail: "nothing is left in it"))
      }
    }
    return found
  }

  private func isPlain(_ node: Node) -> Bool {
    switch node {
    case .list, .tuple, .set, .frozenset, .mapping, .stateDict: true
    default: false
    }
  }

  private func slots(
    of edges: Set<Edge>, in document: Document
  ) throws(CheckpointError) -> [(parent: Document.StateDictSite, slots: Set<Document.Slot>)] {
    var walk = EdgeWalk(document)
    var found: [(parent: Document.StateDictSite, slots: Set<Document.Slot>)] = []
    var seen: Set<NodeID> = []
    while let step = walk.next() {
      guard case .enter(let visit) = step, seen.insert(visit.node).inserted else { continue }
      let indexes = document.slots(of: visit.node).enumerated().filter {
        edges.contains(Edge(parent: visit.node, index: $0.offset))
      }
      guard !indexes.isEmpty else { continue }
      let path = try walk.path()
      guard !indexes.contains(where: { $0.element == .fixed }) else {
        throw CheckpointError(
          .unrepresentable,
          "this is what a \(document.typeName(visit.node)) is made from; it cannot go alone",
          at: .init(key: path), hint: "drop the whole object: `drop \(ShellWords.safe(path))`")
      }
      found.append((.init(path: path, node: visit.node), Set(indexes.map(\.element))))
    }
    return found
  }

  private func remove(
    _ slots: Set<Document.Slot>, from site: Document.StateDictSite, _ old: StateDict,
    _ document: inout Document, _ report: inout PassReport
  ) throws(CheckpointError) {
    var state = old
    let keys = state.entries.keys
    let gone = Set(keys.indices.filter { slots.contains(.entry($0)) }.map { keys[$0] })
    let result = try state.rekey(at: site, .followTensors) { gone.contains($0) ? nil : $0 }
    report.notes += result.notes
    let attributes = slots.filter { if case .attribute = $0 { true } else { false } }
    document.remove(attributes, from: site.node)
    document[site.node] = .stateDict(state)
  }
}
