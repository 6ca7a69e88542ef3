// SPDX-License-Identifier: Apache-2.0

/// A folder as `torch.distributed.checkpoint` writes it from one process: `__0_0.distcp`, values first, each item a torch
/// zip of its own, and `.metadata`.
enum DistributedFormat: OutputFormat {
  static let word = "dcp"
  static let fileName: Text = "__0_0.distcp"

  static func plan(
    _ document: Document, _ options: FormatOptions
  ) throws(CheckpointError) -> PlannedOutput {
    let items = try DistributedItems(document)
    guard !items.items.isEmpty else {
      throw CheckpointError(.emptyResult, "there is nothing to write: the dict is empty")
    }
    var output = PlannedOutput(files: [], isFolder: true, tensors: 0)
    var entries: [DistributedEncoder.Entry] = []
    var values: [(index: DistributedMetadata.Index, archive: PlannedArchive)] = []
    var tensors = values
    for item in items.items {
      var part = Document()
      part.root = part.graft(item.node, of: document)
      var entry = DistributedEncoder.Entry(name: item.name, path: item.path)
      if case .tensor(let tensor) = part[part.root] {
        let zeros = tensor.shape.map { _ in 0 }
        entry.tensor = .init(
          dtype: tensor.dtype, shape: tensor.shape, strides: tensor.strides,
          requiresGrad: tensor.requiresGrad,
          chunks: [.init(offsets: zeros, sizes: tensor.shape)])
        part[part.root] = .tensor(tensor.bareView)
      }
      let archive: TorchFormat.Archive
      do throws(CheckpointError) { archive = try TorchFormat.Archive(part, options) } catch {
        throw error.at(key: DistributedItems.display(item.path))
      }
      output.tensors += archive.tensors
      output.globals.formUnion(archive.globals)
      entries.append(entry)
      if let tensor = entry.tensor {
        let index = DistributedMetadata.Index(name: item.name, offset: tensor.chunks[0].offsets)
        tensors.append((index, archive.section))
      } else {
        values.append((.init(name: item.name), archive.section))
      }
    }
    var offset = 0
    var blobs: [(index: DistributedMetadata.Index, blob: DistributedMetadata.Blob)] = []
    for (index, archive) in values + tensors {
      blobs.append((index, .init(file: fileName, range: offset..<offset + archive.byteCount)))
      offset += archive.byteCount
    }
    let metadata = PlannedBytes(DistributedEncoder.encode(entries, blobs: blobs))
    output.files = [
      PlannedFile(name: fileName, (values + tensors).map(\.archive)),
      PlannedFile(
        name: DistributedFolder.metadataName,
        [PlannedRun(name: DistributedFolder.metadataName, bytes: metadata)]),
    ]
    output.droppedBytes = StorageLayout(document, tensors: Reachable(document).tensors).droppedBytes(
      in: document)
    output.droppedValues = items.droppedValues
    output.notes = notes(items, document)
    return output
  }

  /// What any distributed checkpoint loses.
  private static func notes(_ items: DistributedItems, _ document: Document) -> [String] {
    var notes: [String] = []
    if !items.rekeyed.isEmpty {
      notes.append("keys that are no text become text: \(Prose.list(items.rekeyed))")
    }
    if items.losesKinds { notes.append("dicts come back plain: no OrderedDict, no `_metadata`") }
    var users: [StorageID: Int] = [:]
    var parameters = 0
    for item in items.items {
      guard case .tensor(let tensor) = document[item.node] else { continue }
      users[tensor.storage, default: 0] += 1
      if tensor.isParameter || tensor.requiresGrad { parameters += 1 }
    }
    let shared = users.values.filter { $0 > 1 }.reduce(0, +)
    if shared > 0 { notes.append("\(shared) tensors share storage; each gets bytes of its own") }
    if parameters > 0 {
      let tensors = parameters == 1 ? "1 tensor comes" : "\(parameters) tensors come"
      notes.append("\(tensors) back without requires_grad, and parameters as plain tensors")
    }
    return notes
  }
}
