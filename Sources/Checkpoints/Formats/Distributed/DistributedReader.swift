// SPDX-License-Identifier: Apache-2.0

/// Makes nodes of the items of a distributed checkpoint. Opens each file once, reads pickles and no tensor.
struct DistributedReader {
  private(set) var document = Document()
  private let folder: InputFolder
  private let metadata: DistributedMetadata
  private let isDamaged: Bool
  private var files: [Text: InputFile] = [:]

  /// - Parameter isDamaged: whether items are read as far as they are there.
  init(_ folder: InputFolder, _ metadata: DistributedMetadata, isDamaged: Bool = false) {
    self.folder = folder
    self.metadata = metadata
    self.isDamaged = isDamaged
  }

  mutating func node(of entry: DistributedMetadata.Entry) throws(CheckpointError) -> NodeID {
    switch entry.item {
    case .value:
      let (inner, file) = try archive(.init(name: entry.name))
      return document.graft(inner.root, of: Self.unwindowed(inner)) { "\(file)/\(entry.name)/\($0)" }
    case .tensor(let dtype, let shape, let chunks):
      try ChunkCover.check(chunks, fill: shape, dtype)
      let filled = chunks.filter { $0.count > 0 }
      if filled.count == 1 { return try whole(entry.name, filled[0], dtype) }
      var parts: [ChunkedBytes.Part] = []
      for chunk in filled {
        let (inner, tensor, _) = try tensor(entry.name, chunk, dtype)
        parts.append(.init(offsets: chunk.offsets, sizes: chunk.sizes, elements: TensorReader(inner, tensor)))
      }
      let bytes: ByteSource =
        parts.isEmpty
        ? .memory([])
        : .computed(ChunkedBytes(shape: shape, itemSize: dtype.itemSize, parts: parts))
      let storage = document.add(Storage(name: entry.name, byteCount: bytes.byteCount, bytes: bytes))
      return document.add(.tensor(TensorRecord(dtype: dtype, shape: shape, storage: storage)))
    }
  }

  /// A tensor in one piece: its storage is a range of the file.
  private mutating func whole(
    _ name: Text, _ chunk: DistributedMetadata.Chunk, _ dtype: DType
  ) throws(CheckpointError) -> NodeID {
    var (inner, tensor, file) = try tensor(name, chunk, dtype)
    // `dcp_to_torch_save` gives plain tensors, whatever was saved.
    inner[inner.root] = .tensor(tensor.bareView)
    return document.graft(inner.root, of: inner) { "\(file)/\(name)/\($0)" }
  }

  /// The tensor of one chunk, which must be what `.metadata` says of it.
  private mutating func tensor(
    _ name: Text, _ chunk: DistributedMetadata.Chunk, _ dtype: DType
  ) throws(CheckpointError) -> (Document, TensorRecord, file: Text) {
    let (archive, file) = try archive(.init(name: name, offset: chunk.offsets))
    let inner = Self.unwindowed(archive)
    let location = CheckpointError.Location(file: folder(file), key: name)
    guard case .tensor(let tensor) = inner[inner.root] else {
      throw CheckpointError(
        .unsupported, "its bytes hold a \(inner.typeName(inner.root)), not a plain tensor", at: location)
    }
    guard tensor.dtype == dtype, tensor.shape == chunk.sizes else {
      throw CheckpointError(
        .corrupt,
        "its bytes hold \(tensor.dtype) \(tensor.shape), but .metadata says \(dtype) \(chunk.sizes)",
        at: location)
    }
    return (inner, tensor, file)
  }

  /// The torch zip of an item, and the file that it lies in.
  private mutating func archive(
    _ index: DistributedMetadata.Index
  ) throws(CheckpointError) -> (Document, file: Text) {
    guard let blob = metadata.blobs[index] else {
      let chunk = index.offset.map { "its chunk at \($0)" } ?? "it"
      throw CheckpointError(.corrupt, "`storage_data` does not say where \(chunk) lies")
    }
    let file = try open(blob.file)
    do throws(CheckpointError) {
      if isDamaged {
        let range = blob.range.clamped(to: 0..<file.size)
        return (try TorchZipRemains(ZipRemains(InputFile(range, of: file))).remains().document, blob.file)
      }
      guard blob.range.upperBound <= file.size else {
        throw CheckpointError(
          .corrupt, "its \(blob.range.count) bytes reach past the end of the file, which has \(file.size)",
          at: .init(byte: blob.range.lowerBound), hint: "the file may be cut short: copy it again")
      }
      return (try archive(InputFile(blob.range, of: file)), blob.file)
    } catch { throw error.at(file: file.path, key: index.name) }
  }

  private func archive(_ file: InputFile) throws(CheckpointError) -> Document {
    do throws(CheckpointError) {
      guard try ZipDirectory.begins(file.read(0..<min(4, file.size))) else {
        throw CheckpointError(
          .corrupt, "no torch zip begins where .metadata says that it does", at: .init(byte: 0))
      }
      return try TorchZip(ZipDirectory(file)).document()
    } catch {
      // Bytes count from the start of the archive there.
      var error = error
      error.location.byte = error.location.byte.map { file.start + $0 }
      throw error
    }
  }

  private mutating func open(_ name: Text) throws(CheckpointError) -> InputFile {
    if let file = files[name] { return file }
    guard folder.names.contains(name) else {
      throw CheckpointError(
        .unreadable, "this file is missing", at: .init(file: folder(name)),
        hint: "the files of all ranks must lie in one folder")
    }
    let file = try folder.open(name)
    files[name] = file
    return file
  }

  /// The archive's storages as ranges of the file on disk, so that all items share one input.
  private static func unwindowed(_ archive: Document) -> Document {
    var archive = archive
    archive.pointAtWholeFiles()
    return archive
  }
}

extension Document {
  fileprivate mutating func pointAtWholeFiles() {
    for index in storages.indices { storages[index].bytes = storages[index].bytes.ofWholeFile }
  }
}
