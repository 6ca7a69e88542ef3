// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Which tensors and storages a `cast` converts, and which stay.
struct CastChoice {
  /// The tensors to cast, each once, with the first path that leads to it.
  private(set) var tensors: [(node: NodeID, path: Text)] = []
  /// The storages that they view, each with the data type of its elements.
  private(set) var storages: OrderedDictionary<StorageID, DType> = [:]
  /// Storages that a tensor to cast shares with one that stays, or that has another data type.
  private(set) var mixed: [(cast: Text, left: Text)] = []
  /// How many tensors stay because of what they hold.
  private var others: OrderedDictionary<String, Int> = [:]

  init(_ document: Document, _ exceptions: [Text], word: String) throws(CheckpointError) {
    let excepted = try exceptions.isEmpty ? [] : Selection(document, exceptions, word: word).edges
    var views: OrderedDictionary<StorageID, (cast: Text?, left: Text?, dtype: DType)> = [:]
    var seen: [NodeID: Bool] = [:]
    var walk = EdgeWalk(document)
    var exceptedDepth: Int?
    while let step = walk.next() {
      guard case .enter(let visit) = step else { continue }
      if let depth = exceptedDepth, visit.depth <= depth { exceptedDepth = nil }
      if exceptedDepth == nil, let edge = visit.edge, excepted.contains(edge) { exceptedDepth = visit.depth }
      if case .composite(let composite) = document[visit.node] {
        guard seen.updateValue(false, forKey: visit.node) == nil else { continue }
        if exceptedDepth == nil { others[composite.layout.rawValue, default: 0] += 1 }
        let path = try walk.path()
        for tensor in document.tensors(of: composite) { note(path, tensor, false, &views) }
      }
      guard case .tensor(let tensor) = document[visit.node] else { continue }
      let isCast = tensor.dtype.isFloatingPoint && exceptedDepth == nil
      if seen[visit.node] == isCast { continue }
      let isNew = seen.updateValue(isCast, forKey: visit.node) == nil
      let path = try walk.path()
      if isCast { tensors.append((visit.node, path)) }
      if isNew, exceptedDepth == nil, !tensor.dtype.isFloatingPoint {
        others[tensor.dtype.rawValue, default: 0] += 1
      }
      note(path, tensor, isCast, &views)
    }
    for (storage, view) in views {
      guard let cast = view.cast else { continue }
      storages[storage] = view.dtype
      if let left = view.left { mixed.append((cast, left)) }
    }
  }

  private func note(
    _ path: Text, _ tensor: TensorRecord, _ isCast: Bool,
    _ views: inout OrderedDictionary<StorageID, (cast: Text?, left: Text?, dtype: DType)>
  ) {
    var view = views[tensor.storage] ?? (nil, nil, tensor.dtype)
    if isCast, view.cast == nil {
      view.cast = path
      view.dtype = tensor.dtype
    } else if !isCast || tensor.dtype != view.dtype {
      view.left = view.left ?? path
    }
    views[tensor.storage] = view
  }

  /// "33 int64 tensors were left alone", or nil.
  var leftAlone: String? {
    guard !others.isEmpty else { return nil }
    let counts = others.map { "\($0.value) \($0.key)" }
    let total = others.values.reduce(0, +)
    return "\(counts.joined(separator: ", ")) \(total == 1 ? "tensor was" : "tensors were") left alone"
  }
}
