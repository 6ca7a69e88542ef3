// SPDX-License-Identifier: Apache-2.0

/// Everything in a document, leaf by leaf: what `resect ls --json` prints.
public struct Listing: Codable, Sendable {
  /// One path that leads to a tensor; a tensor with two paths is listed twice.
  public struct Tensor: Codable, Sendable {
    /// As `ValuePath` prints it.
    public var path: Text
    /// PyTorch's name without `torch.`.
    public var dtype: String
    /// Outermost first; empty for a scalar.
    public var shape: [Int]
    /// Elements times item size, whatever the strides.
    public var bytes: Int
    /// The member that holds the storage.
    public var storage: Text
    /// `storage_offset`, in elements.
    public var offset: Int
    /// In elements.
    public var strides: [Int]
    /// SHA-256 over the elements in row-major order, little-endian, in hexadecimal; of a composite as
    /// `Document.digest(of:)` says.
    public var sha256: String?
    /// Present where true.
    public var requires_grad: Bool?
    /// The first path whose tensor has the same storage, where there is one before.
    public var sharesWith: Text?
    /// How a composite tensor is held, where not strided: `sparse_coo`, `quantized_per_tensor`.
    public var layout: String?
    /// Its class, where not `torch.Tensor` or `Parameter`.
    public var className: String?
    /// What a composite tensor is made of. `bytes` is then the sum over the parts, and `storage`, `offset` and
    /// `strides` are those of the one tensor in it, or empty where there are several.
    public var parts: [ListedPart]?
    /// Where the elements lie as they are, with `--places`; null of a tensor with parts, which have places of their own.
    public var place: ListedPlace?

    enum CodingKeys: String, CodingKey {
      case path, dtype, shape, bytes, storage, offset, strides, sha256, requires_grad, sharesWith, layout,
        parts, place
      case className = "class"
    }
  }

  /// One leaf that is no tensor.
  public struct Value: Codable, Sendable {
    /// As `ValuePath` prints it.
    public var path: Text
    /// The Python type.
    public var type: String
    /// As JSON; null for None, and for what JSON has no words for.
    public var value: JSONValue
    /// Present where true: an object that this library gives no meaning to. Its parts are listed after it.
    public var opaque: Bool?
    /// Present where true: `value` is null because those before it have taken all the room that there is for values.
    public var isCut: Bool?
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The path that was opened, as it was given.
  public var file: String
  /// As `Document.Format` calls it.
  public var format: String
  /// In the file's order.
  public var tensors: [Tensor] = []
  /// In the file's order.
  public var values: [Value] = []
  /// What of it is left out, a sentence each; absent where nothing is.
  public var notes: [String]?
}

extension Document {
  /// Lists every tensor and every other leaf, in the file's order.
  ///
  /// - Parameters:
  ///   - patterns: what to list; everything when empty. One that selects nothing throws `nothingMatched`.
  ///   - hashing: read every tensor and add its digest.
  ///   - placing: add where each tensor's elements lie.
  ///   - onBytes: called with the number of bytes that were hashed, now and then.
  public func listing(
    matching patterns: [Text] = [], hashing: Bool = false, placing: Bool = false,
    onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) -> Listing {
    var filter = try PathFilter(patterns)
    var listing = Listing(file: source?.file ?? "", format: (source?.format ?? .torch).rawValue)
    var firstPaths: [StorageID: Text] = [:]
    var digests: [NodeID: String] = [:]
    var composites: [NodeID: ListedComposite] = [:]
    var parts = 0
    var room = ValueRoom()
    var walk = DocumentWalk(self)
    while let step = walk.next() {
      guard case .enter(let id, let isRepeat) = step else { continue }
      let isLeaf = isRepeat || self.isLeaf(id)
      guard isLeaf || !filter.hasNoPatterns || isObject(id) else { continue }
      let path = try walk.path()
      let isSelected =
        if filter.hasNoPatterns { true } else if let edge = walk.edge {
          filter.ask(edge, depth: walk.depth, path: path, in: self) != .notSelected
        } else { false }
      switch self[id] {
      case .tensor(let tensor):
        let first = firstPaths[tensor.storage]
        if first == nil { firstPaths[tensor.storage] = path }
        if !isSelected { continue }
        var entry = Listing.Tensor(path, tensor, storage: self[tensor.storage].name)
        entry.sharesWith = first
        if placing { entry.place = ListedPlace(self, tensor) }
        if hashing {
          if digests[id] == nil {
            do throws(CheckpointError) {
              digests[id] = try TensorReader(self, tensor).digest(onBytes: onBytes).hexadecimal
            } catch {
              throw error.at(file: source?.file, key: path)
            }
          }
          entry.sha256 = digests[id]
        }
        listing.tensors.append(entry)
      case .composite(let composite):
        if composites[id] == nil { composites[id] = ListedComposite(composite, in: self) }
        let first = composites[id]?.storages.lazy.compactMap { firstPaths[$0] }.first
        for storage in composites[id]?.storages ?? [] where firstPaths[storage] == nil {
          firstPaths[storage] = path
        }
        if !isSelected { continue }
        do throws(CheckpointError) {
          let known = try composites[id]?.entry(
            composite, in: self, hashing: hashing, placing: placing, onBytes: onBytes)
          guard var entry = known else { continue }
          entry.path = path
          entry.sharesWith = first
          parts += entry.parts?.count ?? 0
          guard parts <= Self.listedPartLimit else {
            throw CheckpointError(
              .limit, "its tensors have more than \(Self.listedPartLimit) parts in all",
              hint: "name those you want: `resect ls FILE PATTERN`")
          }
          listing.tensors.append(entry)
        } catch {
          throw error.at(file: source?.file, key: path)
        }
      case .object(let object) where !isPlain(object):
        guard isSelected else { continue }
        let type = typeName(id)
        guard room.admits(path, type) else { continue }
        listing.values.append(.init(path: path, type: type, value: .null, opaque: true))
      default:
        guard isLeaf, isSelected else { continue }
        let type = typeName(id)
        guard room.admits(path, type) else { continue }
        guard room.holds(isRepeat ? 0 : leafSize(id)) else {
          listing.values.append(.init(path: path, type: type, value: .null, isCut: true))
          continue
        }
        let value: JSONValue = isRepeat ? .string("(shown above)") : leafValue(id)
        listing.values.append(.init(path: path, type: type, value: value))
      }
    }
    do throws(CheckpointError) {
      try filter.checkAllMatched(in: self, word: "resect ls FILE")
    } catch {
      throw error.at(file: source?.file)
    }
    if room.unlisted > 0 {
      listing.add(note: "\(room.unlisted) more values are not listed: name those you want by a pattern")
    }
    if walk.isCut { listing.add(note: "containers that stand at many paths are not listed at all of them") }
    return listing
  }

  /// Parts that a listing names in all: one composite may stand at millions of paths.
  static var listedPartLimit: Int { 250_000 }

  private func isObject(_ id: NodeID) -> Bool {
    if case .object = self[id] { true } else { false }
  }
}

extension Listing {
  fileprivate mutating func add(note: String) { notes = (notes ?? []) + [note] }
}

extension Listing.Tensor {
  init(_ path: Text, _ tensor: TensorRecord, storage: Text) {
    self.path = path
    dtype = tensor.dtype.rawValue
    shape = tensor.shape
    bytes = tensor.byteCount
    self.storage = storage
    offset = tensor.offset
    strides = tensor.strides
    requires_grad = tensor.requiresGrad ? true : nil
  }
}

extension Document {
  /// Elements times item sizes over all tensors, each node once: what a reading of everything takes.
  public var tensorBytes: Int {
    Reachable(self).tensors.reduce(0) { sum, id in
      if case .tensor(let tensor) = self[id] { sum &+ tensor.byteCount } else { sum }
    }
  }
}
