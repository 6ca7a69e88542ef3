// SPDX-License-Identifier: Apache-2.0

/// One tensor or one other value in full: what `resect show` prints.
public struct Exhibit: Codable, Sendable {
  /// A strided tensor, its figures and its first elements.
  public struct Tensor: Codable, Sendable {
    /// PyTorch's name without `torch.`.
    public var dtype: String
    /// Outermost first; empty for a scalar.
    public var shape: [Int]
    /// The product of the shape.
    public var elements: Int
    /// Elements times item size.
    public var bytes: Int
    /// In elements.
    public var strides: [Int]
    /// `storage_offset`, in elements.
    public var offset: Int
    /// The member that holds the storage.
    public var storage: Text
    /// The whole storage, whatever of it this tensor views.
    public var storageBytes: Int
    /// `Tensor.is_contiguous()`.
    public var isContiguous: Bool
    /// Whether it is an `nn.Parameter`.
    public var isParameter: Bool
    /// `Tensor.requires_grad`.
    public var requires_grad: Bool
    /// Absent for data types that are packed several to a byte.
    public var statistics: TensorStatistics?
    /// In row-major order, at most `firstCount`.
    public var first: [JSONValue]
  }

  /// A tensor with parts; the figures are the parts' own.
  public struct Composite: Codable, Sendable {
    /// Of the whole; that of the parts where the whole has none.
    public var dtype: String
    /// The logical shape; -1 where it differs from tensor to tensor of a nested one.
    public var shape: [Int]
    /// The sum over the parts.
    public var bytes: Int
    /// `sparse_coo`, `quantized_per_tensor`, `strided` where only class or attributes are unusual.
    public var layout: String
    /// Its class, where not `torch.Tensor` or `Parameter`.
    public var className: String?
    /// Whether it stands in an `nn.Parameter`.
    public var isParameter: Bool
    /// `Tensor.requires_grad`.
    public var requires_grad: Bool
    /// In the order of PyTorch's constructor, attributes last.
    public var parts: [Part]

    /// A tensor or a value that it is made of.
    public struct Part: Codable, Sendable {
      /// As PyTorch calls it; attributes begin with a dot.
      public var name: Text
      /// Absent for what is no tensor.
      public var tensor: Tensor?
      /// The Python type of what is no tensor.
      public var type: String?
      /// Absent for a tensor.
      public var value: JSONValue?
    }

    enum CodingKeys: String, CodingKey {
      case dtype, shape, bytes, layout, isParameter, requires_grad, parts
      case className = "class"
    }
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The path that was opened, as it was given.
  public var file: String
  /// The whole path of what is shown.
  public var path: Text
  /// The Python type.
  public var type: String
  /// One that is a view of one storage.
  public var tensor: Tensor?
  /// A sparse, quantized or nested tensor, one of a subclass, or one with attributes.
  public var composite: Composite?
  /// Anything else, as JSON; tensors inside are named by data type and shape.
  public var value: JSONValue?

  /// How many elements are shown.
  public static let firstCount = 8
}

extension Document {
  /// Shows what a key names: a whole path, or a key that stands in one state dict alone.
  ///
  /// Throws `nothingMatched`, or `ambiguous` with the paths.
  public func exhibit(_ key: Text) throws(CheckpointError) -> Exhibit {
    let found = try find(key, command: "resect show FILE")
    var exhibit = Exhibit(file: source?.file ?? "", path: found.path, type: typeName(found.node))
    do throws(CheckpointError) {
      if case .tensor(let tensor) = self[found.node] {
        exhibit.tensor = try Exhibit.Tensor(self, tensor)
      } else if case .composite(let composite) = self[found.node] {
        exhibit.composite = try Exhibit.Composite(self, composite)
      } else {
        var budget = 100_000
        exhibit.value = nested(found.node, depth: 32, &budget)
      }
    } catch { throw error.at(file: source?.file, key: found.path) }
    return exhibit
  }

  /// A value with its parts, down to `depth` levels and `budget` values: parts may be shared, or hold each other.
  private func nested(_ id: NodeID, depth: Int, _ budget: inout Int) -> JSONValue {
    let children = self.children(of: id)
    if case .tensor(let tensor) = self[id] {
      return .string("Tensor \(tensor.dtype) \(tensor.shapeText)")
    }
    if case .composite(let composite) = self[id] {
      let dtype = composite.dtype?.rawValue ?? "unknown"
      return .string("Tensor \(composite.layout.rawValue) \(dtype) \(TensorRecord.text(of: composite.shape))")
    }
    if children.isEmpty { return leafValue(id) }
    if depth == 0 { return .string("(not shown)") }
    // In the order of the file, so that what is cut off is one tail a level, and not the inside of every part.
    func isSpent() -> Bool {
      budget -= 1
      return budget < 0
    }
    switch self[id] {
    case .list, .tuple, .set, .frozenset:
      var items: [JSONValue] = []
      for (index, child) in children.enumerated() {
        if isSpent() { return .array(items + [.string("(\(children.count - index) more not shown)")]) }
        items.append(nested(child.node, depth: depth - 1, &budget))
      }
      return .array(items)
    default:
      var parts: [Text: JSONValue] = [:]
      for (index, child) in children.enumerated() {
        if isSpent() {
          // Never in the place of a key of the file's own.
          var name: Text = "..."
          while parts[name] != nil { name += "." }
          parts[name] = .string("(\(children.count - index) more not shown)")
          break
        }
        parts[child.component] = nested(child.node, depth: depth - 1, &budget)
      }
      return .object(parts)
    }
  }
}

extension Exhibit.Tensor {
  init(_ document: Document, _ tensor: TensorRecord) throws(CheckpointError) {
    dtype = tensor.dtype.rawValue
    shape = tensor.shape
    elements = tensor.count
    bytes = tensor.byteCount
    strides = tensor.strides
    offset = tensor.offset
    storage = document[tensor.storage].name
    storageBytes = document[tensor.storage].byteCount
    isContiguous = tensor.isContiguous
    isParameter = tensor.isParameter
    requires_grad = tensor.requiresGrad
    statistics = try TensorStatistics(document, tensor)
    first = []
    guard statistics != nil else { return }
    try TensorReader(document, tensor.firstElements(Exhibit.firstCount)).forEachChunk {
      chunk throws(CheckpointError) in
      for index in 0..<chunk.byteCount / tensor.dtype.itemSize where first.count < Exhibit.firstCount {
        first.append(ElementValue.decode(chunk, index, tensor.dtype).json)
      }
    }
  }
}

extension Exhibit.Composite {
  init(_ document: Document, _ composite: CompositeTensor) throws(CheckpointError) {
    dtype = composite.dtype?.rawValue ?? "unknown"
    shape = composite.shape
    bytes = document.byteCount(of: composite)
    layout = composite.layout.rawValue
    className = composite.className?.description
    isParameter = composite.isParameter
    requires_grad = composite.requiresGrad
    parts = []
    for part in document.parts(of: composite) {
      if case .tensor(let tensor) = document[part.node] {
        parts.append(Part(name: part.name, tensor: try Exhibit.Tensor(document, tensor)))
      } else {
        parts.append(
          Part(name: part.name, type: document.typeName(part.node), value: document.leafValue(part.node)))
      }
    }
  }
}

extension TensorRecord {
  /// The view of this tensor that holds at least its first `count` elements and not many more.
  func firstElements(_ count: Int) -> TensorRecord {
    var view = self
    var below = 1
    for dimension in shape.indices.reversed() where !shape.contains(0) {
      if below >= count {
        view.shape[dimension] = 1
      } else {
        view.shape[dimension] = min(shape[dimension], (count + below - 1) / below)
      }
      below *= view.shape[dimension]
    }
    return view
  }
}
