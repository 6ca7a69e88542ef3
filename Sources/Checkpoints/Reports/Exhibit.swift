// SPDX-License-Identifier: Apache-2.0

/// One tensor or one other value in full: what `resect show` prints.
public struct Exhibit: Codable, Sendable {
  public struct Tensor: Codable, Sendable {
    public var dtype: String
    public var shape: [Int]
    public var elements: Int
    /// Elements times item size.
    public var bytes: Int
    /// In elements.
    public var strides: [Int]
    /// `storage_offset`, in elements.
    public var offset: Int
    /// The member that holds the storage.
    public var storage: String
    public var storageBytes: Int
    public var isContiguous: Bool
    public var isParameter: Bool
    public var requires_grad: Bool
    /// Absent for data types that are packed several to a byte.
    public var statistics: TensorStatistics?
    /// In row-major order, at most `firstCount`.
    public var first: [JSONValue]
  }

  public var schema = 1
  public var file: String
  public var path: String
  /// The Python type.
  public var type: String
  public var tensor: Tensor?
  /// Anything else, as JSON; tensors inside are named by data type and shape.
  public var value: JSONValue?

  /// How many elements are shown.
  public static let firstCount = 8
}

extension Document {
  /// Shows what a key names: a whole path, or a key that stands in one state dict alone.
  ///
  /// Throws `nothingMatched`, or `ambiguous` with the paths.
  public func exhibit(_ key: String) throws(CheckpointError) -> Exhibit {
    let found = try find(key, command: "resect show FILE")
    var exhibit = Exhibit(file: source?.file ?? "", path: found.path, type: typeName(found.node))
    do throws(CheckpointError) {
      if case .tensor(let tensor) = self[found.node] {
        exhibit.tensor = try Exhibit.Tensor(self, tensor)
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
    if children.isEmpty { return leafValue(id) }
    budget -= children.count
    if depth == 0 || budget < 0 { return .string("(not shown)") }
    switch self[id] {
    case .list, .tuple, .set, .frozenset:
      return .array(children.map { nested($0.node, depth: depth - 1, &budget) })
    default:
      var parts: [String: JSONValue] = [:]
      for child in children { parts[child.component] = nested(child.node, depth: depth - 1, &budget) }
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

extension TensorRecord {
  /// `16x80x5`, or `scalar` without dimensions.
  package var shapeText: String {
    shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
  }

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
