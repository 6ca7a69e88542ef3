// SPDX-License-Identifier: Apache-2.0

/// numpy's `.npz`: a member `<name>.npy` a tensor, stored and copied by the kernel, or deflated by libzip.
enum NPZFormat: OutputFormat {
  static let word = "npz"
  static let suffixes: [Text] = ["npz"]

  static func plan(
    _ document: Document, _ options: FormatOptions
  ) throws(CheckpointError) -> PlannedOutput {
    // What has no array goes anyway; a tensor must not go with its key.
    var copy = document
    _ = try copy.dropKeysOfObjects(for: word)
    let (document, numpyValues) = document.numpyValuesAsTensors()
    let flat = try FlatDocument(document)
    guard !flat.entries.isEmpty else {
      throw CheckpointError(.emptyResult, "there is no tensor in it: nothing would be written")
    }
    let names = try NPZNames(flat).names
    var notes = NPZNotes(flat, numpyValues)
    var members: [PlannedArchive.Member] = []
    members.reserveCapacity(names.count)
    for (entry, name) in zip(flat.entries, names) {
      do throws(CheckpointError) {
        let type = try type(of: entry.tensor.dtype, options)
        if type.dtype != entry.tensor.dtype { notes.carries(entry, as: type) }
        let elements = RowMajorBytes(document[entry.tensor.storage].bytes, entry.tensor)
        try TensorReader(document, entry.tensor).checkedExtent()
        members.append(
          .init(
            name: name + ".npy",
            bytes: PlannedBytes(header: try NPYHeader.encoded(type, shape: entry.tensor.shape), elements)))
      } catch { throw error.at(key: entry.path) }
    }
    let section: any PlannedSection =
      options.compresses ? DeflatedArchive(members) : PlannedArchive(members)
    let tensors = Reachable(document).tensors
    return PlannedOutput(
      files: [PlannedFile([section])], tensors: members.count,
      droppedBytes: StorageLayout(document, tensors: tensors).droppedBytes(in: document),
      droppedValues: flat.values.map(\.path), notes: notes.sentences)
  }

  private static func type(
    of dtype: DType, _ options: FormatOptions
  ) throws(CheckpointError) -> NPYType {
    if let type = NPYType(dtype) { return type }
    let carrier = NPYType.carrier(of: dtype)
    if options.carriesBits, let carrier { return carrier }
    var hints: [String] = []
    if dtype.isFloatingPoint { hints.append("`resect edit` with `cast float32` first") }
    if let carrier { hints.append("--bits writes the bits as \(carrier)") }
    throw CheckpointError(
      .unrepresentable,
      dtype.isQuantized
        ? "numpy has no type for \(dtype), whose numbers need a scale beside them"
        : "numpy has no type for \(dtype)",
      hint: hints.isEmpty ? "`drop` it, or `--to torch`" : hints.joined(separator: ", or "))
  }
}

extension PlannedBytes {
  /// A header and the elements behind it: straight from the storage where they lie there in order.
  fileprivate init(header: [UInt8], _ elements: RowMajorBytes) {
    byteCount = header.count + elements.byteCount
    pieces = [Piece(source: .memory(header), range: 0..<header.count, start: 0)]
    if elements.byteCount == 0 { return }
    if let direct = elements.direct {
      pieces.append(Piece(source: elements.source, range: direct, start: header.count))
    } else {
      pieces.append(
        Piece(source: .computed(elements), range: 0..<elements.byteCount, start: header.count))
    }
  }
}

extension NPYHeader {
  /// The most dimensions that numpy 2 takes, as PyTorch.
  private static let mostDimensions = 64

  fileprivate static func encoded(_ type: NPYType, shape: [Int]) throws(CheckpointError) -> [UInt8] {
    guard shape.count <= mostDimensions else {
      throw CheckpointError(
        .unrepresentable, "it has \(shape.count) dimensions; numpy takes \(mostDimensions)")
    }
    return encode(type, shape: shape)
  }
}
