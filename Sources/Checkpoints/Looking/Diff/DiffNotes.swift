// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What differs without counting: it loads the same, but a careful user wants to know.
enum DiffNotes {
  static func notes(_ pairs: [TensorPairing.Pair], _ a: DiffSide, _ b: DiffSide) -> [String] {
    var notes: [String] = []
    let flags = pairs.filter { a.tensors[$0.a]?.requiresGrad != b.tensors[$0.b]?.requiresGrad }
    if let first = flags.first {
      notes.append("requires_grad differs in \(Prose.count(flags.count, "tensor")), first `\(first.a)`")
    }
    let containers = a.containers.filter { path, type in b.containers[path].map { $0 != type } ?? false }
    for (path, type) in containers.prefix(4) {
      notes.append(
        "\(path.isEmpty ? "the document" : "`\(path)`") is of type \(type) in a and \(b.containers[path] ?? "") in b"
      )
    }
    if containers.count > 4 { notes.append("\(containers.count - 4) more containers are of another type") }
    if isReordered(pairs, b) { notes.append("the tensors stand in another order") }
    // Where tensors moved, their modules did.
    let (before, after) = (modules(a), modules(b))
    if before == nil || after == nil {
      notes.append("_metadata is too large to be compared")
    } else if let before, let after, before != after, pairs.allSatisfy({ $0.by == nil }) {
      let differing = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
      notes.append("_metadata differs for \(Prose.count(differing.count, "module"))")
    }
    return notes
  }

  private static func isReordered(_ pairs: [TensorPairing.Pair], _ b: DiffSide) -> Bool {
    let positions = pairs.compactMap { $0.by == nil ? b.tensors.index(forKey: $0.b) : nil }
    return zip(positions, positions.dropFirst()).contains { $0 > $1 }
  }

  /// What `_metadata` may take to be compared, in bytes: that of a hundred thousand modules has some 20 MiB.
  private static let metadataRoom = 64 << 20

  /// What `_metadata` says of every module, by the path of its state dict and its own. Nil where that is too much: many
  /// state dicts may share one, and many modules what it says.
  private static func modules(_ side: DiffSide) -> [Text: XXH3.Digest]? {
    var modules: [Text: XXH3.Digest] = [:]
    var known: [NodeID: XXH3.Digest] = [:]
    var room = metadataRoom
    for (id, path) in side.states {
      guard case .stateDict(let state) = side.document[id], let metadata = state.metadata else { continue }
      for (module, value) in metadata {
        room -= path.count + module.count + 64
        if known[value] == nil { known[value] = digest(of: value, side.document, &room) }
        guard room >= 0, let digest = known[value] else { return nil }
        modules["\(path)\u{0}\(module)"] = digest
      }
    }
    return modules
  }

  private static func digest(of value: NodeID, _ document: Document, _ room: inout Int) -> XXH3.Digest? {
    var bytes: [UInt8] = []
    for child in document.children(of: value) {
      room -= child.component.count + document.leafSize(child.node)
      guard room >= 0 else { return nil }
      child.component.append(to: &bytes)
      bytes += "=\(String(describing: document.leafValue(child.node)))\u{0}".utf8
    }
    return XXH3.of(bytes)
  }
}
