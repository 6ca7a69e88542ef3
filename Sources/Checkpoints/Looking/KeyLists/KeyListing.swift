// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// What `resect ls --json` printed, read back as key lists: one for each state dict that it shows.
struct KeyListing {
  struct Tensor {
    var path: Text
    var dtype: String?
    var shape: [Int]
  }

  private let tensors: [Tensor]

  private init(_ tree: JSONTree) throws(CheckpointError) {
    guard case .object = tree else { throw Self.another }
    if let error = tree["error"], error != .null {
      guard let body = ErrorReport.Body(error) else { throw Self.another }
      throw CheckpointError(.corrupt, "it is the error that a command printed: \(body.message)")
    }
    guard let items = tree["tensors"], items != .null else {
      throw CheckpointError(
        .unsupported, "it is JSON, but not what `resect ls --json` prints: it has no `tensors`")
    }
    guard let items = items.items else { throw Self.another }
    var found: [Tensor] = []
    found.reserveCapacity(items.count)
    for item in items {
      guard let tensor = Tensor(item) else { throw Self.another }
      found.append(tensor)
    }
    tensors = found
  }

  private static let another = CheckpointError(
    .unsupported, "it is JSON, but not what `resect ls --json` prints",
    hint: "each of its `tensors` needs `path` and `shape`")

  /// - Throws: `corrupt` where the text is not JSON or a key stands twice; `unsupported` for JSON of another
  ///   kind.
  static func lists(_ text: String, name: String) throws(CheckpointError) -> [KeySpec] {
    let tree: JSONTree
    do throws(CheckpointError) { tree = try JSONTree(Array(text.utf8), subject: "it") } catch {
      throw CheckpointError(
        .corrupt, "it begins as JSON but is none", hint: "`resect ls FILE --json` prints one")
    }
    return try grouped(KeyListing(tree).tensors, name)
  }

  /// Tensors whose paths have one parent make a state dict, as `StateDictFinder` would have it: what holds
  /// containers is none, nor are the entries of an optimizer's `state`.
  private static func grouped(_ tensors: [Tensor], _ name: String) throws(CheckpointError) -> [KeySpec] {
    var groups: OrderedDictionary<Text, OrderedDictionary<Text, KeySpec.Entry>> = [:]
    for tensor in tensors {
      guard tensor.shape.allSatisfy({ $0 >= 0 }) else {
        throw CheckpointError(.corrupt, "a shape has a negative size", at: .init(key: tensor.path))
      }
      let components = ValuePath(tensor.path).components
      let parent = components.dropLast().joined(separator: "/")
      let key = ValuePath.unescape(components.last ?? "")
      let entry = KeySpec.Entry(shape: tensor.shape, dtype: tensor.dtype)
      guard groups[parent, default: [:]].updateValue(entry, forKey: key) == nil else {
        throw CheckpointError(.corrupt, "the key is listed twice", at: .init(key: tensor.path))
      }
    }
    var holders: Set<Text> = []
    for path in groups.keys where !path.isEmpty {
      var components = ValuePath(path).components
      while components.popLast() != nil { holders.insert(components.joined(separator: "/")) }
    }
    return groups.compactMap { path, entries in
      holders.contains(path) || isOptimizerEntry(path)
        ? nil : KeySpec(name: name, path: path, entries: entries)
    }
  }

  /// `optimizer/state/17`.
  private static func isOptimizerEntry(_ path: Text) -> Bool {
    let components = ValuePath(path).components
    return components.count >= 2 && components[components.count - 2] == "state"
      && components[components.count - 1].number != nil
  }
}

extension KeyListing.Tensor {
  /// Nil where the value is no tensor of a listing.
  fileprivate init?(_ tree: JSONTree) {
    guard let path = tree["path"]?.text, let sizes = tree["shape"]?.items else { return nil }
    self.path = path
    shape = sizes.compactMap(\.integer)
    guard shape.count == sizes.count else { return nil }
    switch tree["dtype"] {
    case nil, .null: dtype = nil
    case .string(let name): dtype = name.shown
    default: return nil
    }
  }
}
