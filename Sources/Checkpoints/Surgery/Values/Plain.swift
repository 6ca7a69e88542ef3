// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `plain`: values of foreign classes become plain Python ones, so that the file loads under
/// `weights_only=True`.
///
/// numpy scalars become numbers, numpy arrays tensors; `argparse.Namespace`, `types.SimpleNamespace`,
/// `defaultdict` and OmegaConf's containers become dicts and lists, pathlib's paths text, whole pickled
/// modules their `state_dict()`, tensors of a subclass or with attributes bare tensors; in keys too, also inside
/// tuples and frozensets. What has no plain form is left, and noted. Two keys that would become one are refused.
public struct Plain: WordPass {
  package static let word = "plain"
  package static let usage = ""
  package static let summary: String? = "numpy scalars, namespaces, modules become plain values"

  /// There is nothing to choose.
  public init() {}

  package init(arguments: [String]) throws(CheckpointError) {
    guard arguments.isEmpty else {
      throw CheckpointError(.wrongWords, "`plain` takes no words after it", hint: "`plain`")
    }
  }

  package var arguments: [Text] { [] }

  /// - Throws: `collision` where two keys of a dict would become one.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    var found: [(node: NodeID, path: Text)] = []
    var walk = DocumentWalk(document)
    var seen: Set<NodeID> = []
    var keys: Set<NodeID> = []
    while let step = walk.next() {
      guard case .enter(let node, _) = step, seen.insert(node).inserted else { continue }
      if Self.isForeign(document[node]) { found.append((node, try walk.path())) }
      for key in document.keys(of: node) {
        for part in document.keyParts(of: key, but: &keys) where Self.isForeign(document[part]) {
          if seen.insert(part).inserted { found.append((part, try walk.path())) }
        }
      }
    }
    // A module is a key by itself, which a dict could not be.
    found.removeAll { keys.contains($0.node) && document.isModule($0.node) }
    var changes: [PassReport.Change] = []
    // Parts before what holds them: a config's value is plain before the config becomes a dict of it.
    for (node, path) in found.reversed() {
      let old = document.typeName(node)
      guard let plain = PlainValue(document).value(of: node, adding: &document) else { continue }
      document[node] = plain
      let new = document.typeName(node)
      changes.append(
        .init(.replaced, from: path, to: path, detail: "\(old) -> \(new == old ? "bare \(new)" : new)"))
    }
    report.changes = changes.reversed()
    if !changes.isEmpty { try PlainKeys(document).check(changed: Set(found.map(\.node))) }
    try noteLeft(document, &report)
  }

  private static func isForeign(_ node: Node) -> Bool {
    switch node {
    case .numpy, .object: true
    case .composite(let composite): composite.bare != nil
    case .stateDict(let state): state.kind.isModule
    default: false
    }
  }

  private func noteLeft(_ document: Document, _ report: inout PassReport) throws(CheckpointError) {
    var left: OrderedDictionary<String, Int> = [:]
    var walk = DocumentWalk(document)
    var seen: Set<NodeID> = []
    var keys: Set<NodeID> = []
    while let step = walk.next() {
      guard case .enter(let node, _) = step, seen.insert(node).inserted else { continue }
      if !Self.isKnown(node, document) { left[document.typeName(node), default: 0] += 1 }
      for key in document.keys(of: node) {
        for part in document.keyParts(of: key, but: &keys) where !Self.isKnown(part, document) {
          if seen.insert(part).inserted { left[document.typeName(part), default: 0] += 1 }
        }
      }
    }
    for (name, count) in left { report.notes.append("\(count) of \(name) have no plain form and were left") }
    if report.changes.isEmpty, left.isEmpty { report.notes.append("everything was plain already") }
  }

  private static func isKnown(_ node: NodeID, _ document: Document) -> Bool {
    switch document[node] {
    case .object(let object):
      guard case .global(let name) = document[object.callee] else { return false }
      return KnownGlobals.contains(name)
    case .global(let name): return KnownGlobals.contains(name)
    case .numpy: return false
    case .composite(let composite):
      return composite.className.map { KnownGlobals.contains($0) } ?? true
    default: return true
    }
  }
}

extension Pass where Self == Plain {
  /// Values of foreign classes become plain Python ones.
  public static var plain: Self { Plain() }
}

extension Document {
  fileprivate func isModule(_ node: NodeID) -> Bool {
    if case .stateDict(let state) = self[node] { state.kind.isModule } else { false }
  }
}
