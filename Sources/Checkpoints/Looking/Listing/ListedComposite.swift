// SPDX-License-Identifier: Apache-2.0

/// What a listing says of a composite tensor, found out once for all the paths that lead to it.
struct ListedComposite {
  /// The storages of its parts, in order.
  let storages: [StorageID]
  private var known: Listing.Tensor?

  init(_ composite: CompositeTensor, in document: Document) {
    storages = document.tensors(of: composite).map(\.storage)
  }

  /// The entry, but for its path and what it shares.
  mutating func entry(
    _ composite: CompositeTensor, in document: Document, hashing: Bool, placing: Bool, onBytes: (Int) -> Void
  ) throws(CheckpointError) -> Listing.Tensor {
    if let known { return known }
    let digests = hashing ? try document.digests(of: composite, onBytes: onBytes) : nil
    let parts = document.listedParts(of: composite, digests: digests?.parts ?? [], placing: placing)
    var entry = Listing.Tensor(composite, in: document, parts)
    if placing { entry.place = ListedPlace() }
    entry.sha256 = digests?.whole.hexadecimal
    known = entry
    return entry
  }
}

extension Listing.Tensor {
  fileprivate init(_ composite: CompositeTensor, in document: Document, _ parts: [ListedPart]) {
    path = ""
    dtype = composite.dtype?.rawValue ?? "unknown"
    shape = composite.shape
    bytes = document.byteCount(of: composite)
    requires_grad = composite.requiresGrad ? true : nil
    layout = composite.layout == .strided ? nil : composite.layout.rawValue
    className = composite.className?.description
    self.parts = parts
    let isOne = composite.layout == .strided || composite.dtype?.isQuantized == true
    let first = isOne ? parts.first : nil
    storage = first?.storage ?? ""
    offset = first?.offset ?? 0
    strides = first?.strides ?? []
  }
}
