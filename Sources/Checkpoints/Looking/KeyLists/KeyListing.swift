// SPDX-License-Identifier: Apache-2.0
internal import FoundationEssentials
import OrderedCollections

/// What `resect ls --json` printed, read back as key lists: one for each state dict that it shows.
struct KeyListing: Decodable {
  struct Tensor: Decodable {
    var path: Text
    var dtype: String?
    var shape: [Int]
  }

  var tensors: [Tensor]?
  var error: ErrorReport.Body?

  /// - Throws: `corrupt` where the text is not JSON or a key stands twice; `unsupported` for JSON of another
  ///   kind.
  static func lists(_ text: String, name: String) throws(CheckpointError) -> [KeySpec] {
    let listing: KeyListing
    do {
      listing = try JSONDecoder().decode(KeyListing.self, from: Data(text.utf8))
    } catch DecodingError.dataCorrupted {
      throw CheckpointError(
        .corrupt, "it begins as JSON but is none", hint: "`resect ls FILE --json` prints one")
    } catch {
      throw CheckpointError(
        .unsupported, "it is JSON, but not what `resect ls --json` prints",
        hint: "each of its `tensors` needs `path` and `shape`")
    }
    if let error = listing.error {
      throw CheckpointError(.corrupt, "it is the error that a command printed: \(error.message)")
    }
    guard let tensors = listing.tensors else {
      throw CheckpointError(
        .unsupported, "it is JSON, but not what `resect ls --json` prints: it has no `tensors`")
    }
    return try grouped(tensors, name)
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
