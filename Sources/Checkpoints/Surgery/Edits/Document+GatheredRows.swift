// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// A tensor of `original` with other rows, in a storage of its own.
  ///
  /// - Parameter storage: one that holds just these rows already; nil makes it.
  mutating func gatheredRows(
    of tensor: TensorRecord, in original: Document, _ rows: [RowSource], into storage: StorageID? = nil
  ) throws(CheckpointError) -> TensorRecord {
    let target: StorageID
    if let storage {
      target = storage
    } else {
      let bytes = try Self.bytes(of: tensor, in: original, rows)
      target = add(Storage(name: "data/\(storages.count)", byteCount: bytes.byteCount, bytes: bytes))
    }
    return TensorRecord(
      dtype: tensor.dtype, shape: [rows.count] + tensor.shape.dropFirst(), storage: target,
      requiresGrad: tensor.requiresGrad, isParameter: tensor.isParameter)
  }

  /// A cast that is yet to be computed comes after the rows, where a plan finds it and counts what it loses.
  private static func bytes(
    of tensor: TensorRecord, in document: Document, _ rows: [RowSource]
  ) throws(CheckpointError) -> ByteSource {
    var view = try TensorView(document, tensor)
    guard case .computed(let computed) = view.source, let cast = computed as? Conversion else {
      return .computed(GatheredRows(view: view, rows: rows))
    }
    view.source = cast.source
    view.tensor.dtype = cast.from
    let gathered = GatheredRows(view: view, rows: rows)
    return .computed(Conversion(source: .computed(gathered), from: cast.from, to: cast.to))
  }
}
