// SPDX-License-Identifier: Apache-2.0

/// The persistent id that torch writes for a storage:
/// `('storage', class, key, location, numel)`, in legacy files with a sixth item, `view_metadata`.
package struct StorageReference: Hashable, Sendable {
  /// A part of a storage, in elements, that old torch versions stored as a storage of its own.
  package struct View: Hashable, Sendable {
    package var key: Text
    package var offset: Int
    package var size: Int
  }

  package var className: GlobalName
  package var key: Text
  package var location: Text
  /// In elements of the class; in bytes for UntypedStorage.
  package var numel: Int
  package var view: View?

  /// Bytes an element, by the class's name; nil for a class that is no storage of torch.
  package var itemSize: Int? {
    StorageClass.dtype(className)?.itemSize
  }

  /// The storage that the persistent id `id` names.
  ///
  /// - Returns: nil when the id is something else: a class with its source, for example.
  /// - Throws: `.corrupt` when it says `storage` but its parts are not as they should be.
  package init?(_ id: PickleGraph.ID, in graph: PickleGraph) throws(CheckpointError) {
    guard case .tuple(let parts) = graph[id], let first = parts.first, Self.text(first, graph) == "storage"
    else {
      return nil
    }
    guard parts.count == 5 || parts.count == 6 else {
      throw CheckpointError(.corrupt, "a storage's persistent id has \(parts.count) items, not 5 or 6")
    }
    guard case .global(let name) = graph[parts[1]] else {
      throw CheckpointError(.corrupt, "a storage's persistent id names no class")
    }
    guard let key = Self.text(parts[2], graph), let location = Self.text(parts[3], graph) else {
      throw CheckpointError(.corrupt, "a storage's key or location is not text")
    }
    guard case .int(let numel) = graph[parts[4]], numel >= 0 else {
      throw CheckpointError(.corrupt, "a storage's element count is no count", at: .init(key: key))
    }
    self.className = name
    self.key = key
    self.location = location
    self.numel = Int(numel)
    if parts.count == 6 { view = try Self.view(parts[5], graph) }
  }

  private static func view(_ id: PickleGraph.ID, _ graph: PickleGraph) throws(CheckpointError) -> View? {
    if case .none = graph[id] { return nil }
    guard case .tuple(let parts) = graph[id], parts.count == 3, let key = text(parts[0], graph),
      case .int(let offset) = graph[parts[1]], case .int(let size) = graph[parts[2]], offset >= 0, size >= 0
    else { throw CheckpointError(.corrupt, "a storage's view is not (key, offset, size)") }
    return View(key: key, offset: Int(offset), size: Int(size))
  }

  /// Keys and tags are strings; some writers use plain integers for keys, some Python 2 bytes.
  private static func text(_ id: PickleGraph.ID, _ graph: PickleGraph) -> Text? {
    switch graph[id] {
    case .string(let text): text
    case .int(let number): Text(number)
    case .bytes(let bytes): String(validating: bytes, as: UTF8.self).map { Text($0) }
    default: nil
    }
  }
}
