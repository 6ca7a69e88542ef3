// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What paths do not say of keys: `0`, `'0'`, `None` and `'None'` print alike, and PyTorch drops the state of an
/// optimizer that it finds under the wrong kind.
///
/// Gathered by whoever walks a document anyway.
struct KeyKinds {
  /// A key that stands under one path in two documents and is not the same, as Python's `repr`.
  struct Difference {
    var path: Text
    var a: String
    var b: String
  }

  private let document: Document
  /// Dicts by their path, the first of each.
  private var dicts: [Text: NodeID] = [:]
  /// Those that have a key that is no text, in order.
  private var mixed: [Text] = []

  init(_ document: Document) { self.document = document }

  /// Whether a node needs to be given to `add`.
  func isDict(_ node: NodeID) -> Bool {
    switch document[node] {
    case .mapping, .stateDict: true
    case .object(let object): !object.entries.isEmpty
    default: false
    }
  }

  /// Takes note of a dict.
  mutating func add(_ node: NodeID, at path: Text) {
    guard isDict(node), dicts[path] == nil else { return }
    dicts[path] = node
    if document.keys(of: node).contains(where: { !isText($0) }) { mixed.append(path) }
  }

  private func isText(_ key: NodeID) -> Bool {
    if case .string = document[key] { true } else { false }
  }

  /// The keys that print alike in both documents and are not, in the order of the first.
  func differences(from other: KeyKinds) -> [Difference] {
    var found: [Difference] = []
    let seen = Set(mixed)
    for path in mixed + other.mixed.filter({ !seen.contains($0) }) {
      guard let mine = dicts[path], let its = other.dicts[path] else { continue }
      let theirs = Dictionary(grouping: other.keys(of: its), by: \.component)
      var done: Set<Text> = []
      let keys = keys(of: mine)
      let ours = Dictionary(grouping: keys, by: \.component)
      for key in keys where done.insert(key.component).inserted {
        guard let a = ours[key.component], let b = theirs[key.component], a.map(\.repr) != b.map(\.repr)
        else {
          continue
        }
        found.append(
          Difference(
            path: path.isEmpty ? key.component : "\(path)/\(key.component)",
            a: a.map(\.repr).joined(separator: " and "), b: b.map(\.repr).joined(separator: " and ")))
      }
    }
    return found
  }

  private struct Key {
    var component: Text
    var repr: String
  }

  /// numpy's numbers are Python's as keys: they are equal to them, and hash alike.
  private func keys(of node: NodeID) -> [Key] {
    if case .stateDict(let state) = document[node] {
      return state.entries.keys.map {
        Key(component: ValuePath.escape($0), repr: PythonRepr.of($0, limit: Self.longest))
      }
    }
    return document.keys(of: node).map {
      Key(
        component: ValuePath.escape(document.keyText($0)),
        repr: PythonRepr($0, in: document, limit: Self.longest, numpyAsNumbers: true).text)
    }
  }

  /// Of a key's text, in bytes.
  private static let longest = 400
}

extension Document.Source {
  /// Whether the form tells text from numbers in keys. npz, ONNX, and safetensors without our entry, have texts alone.
  var hasKeyKinds: Bool {
    switch format {
    case .npz, .npy, .onnx: false
    // Only our entry gives such a file an order.
    case .safetensors, .shardedSafetensors: isOrdered
    default: true
    }
  }
}
