// SPDX-License-Identifier: Apache-2.0

/// What the form before PyTorch 1.6 cannot hold, told before anything is planned.
struct LegacyCheck {
  private let document: Document
  /// A tensor of a type without a typed storage.
  private var untyped: NodeID?
  /// A tensor that views a storage as another type than an earlier tensor does, and that type.
  private var retyped: (node: NodeID, first: DType)?
  /// Views whose conjugate or negative bit is set.
  private var lazy: [NodeID] = []
  /// Bytes an element of each storage.
  private(set) var itemSizes: [StorageID: Int] = [:]

  init(_ document: Document, _ tensors: [NodeID]) {
    self.document = document
    var dtypes: [StorageID: DType] = [:]
    for id in tensors {
      guard case .tensor(let tensor) = document[id] else { continue }
      if untyped == nil, StorageClass.name(for: tensor.dtype) == nil { untyped = id }
      if let first = dtypes[tensor.storage] {
        if retyped == nil, first != tensor.dtype { retyped = (id, first) }
      } else {
        dtypes[tensor.storage] = tensor.dtype
      }
      if tensor.isConjugate || tensor.isNegative { lazy.append(id) }
    }
    itemSizes = dtypes.mapValues(\.itemSize)
  }

  /// - Throws: `.unrepresentable`, with the path of the tensor.
  func refuse() throws(CheckpointError) {
    if let untyped, case .tensor(let tensor) = document[untyped] {
      throw CheckpointError(
        .unrepresentable,
        "torch-legacy has no storage class for \(tensor.dtype): no PyTorch could load it from there",
        at: .init(key: try document.path(of: untyped)),
        hint: tensor.dtype.isFloatingPoint
          ? "`resect edit` with `cast float32` first, or `--to torch`" : "`--to torch`")
    }
    if let retyped, case .tensor(let tensor) = document[retyped.node] {
      throw CheckpointError(
        .unrepresentable,
        "it views as \(tensor.dtype) a storage that another tensor views as \(retyped.first); a storage of "
          + "torch-legacy has one type",
        at: .init(key: try document.path(of: retyped.node)),
        hint: "`resect edit` with `untie` first, or `--to torch`")
    }
  }

  func notes() throws(CheckpointError) -> [String] {
    guard let first = lazy.first else { return [] }
    let more = lazy.count > 1 ? " and \(lazy.count - 1) more" : ""
    return [
      "`\(try document.path(of: first))`\(more): a view with the conjugate or negative bit, which PyTorch 1 "
        + "does not load"
    ]
  }
}

extension Document {
  /// The first path that leads to a node; empty where none does.
  func path(of node: NodeID) throws(CheckpointError) -> Text {
    var walk = DocumentWalk(self)
    while let step = walk.next() {
      if case .enter(node, _) = step { return try walk.path() }
    }
    return ""
  }
}
