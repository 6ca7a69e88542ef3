// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A folder of shards and their index, with the names that `huggingface_hub` gives them; one file alone, without an
/// index, where everything fits.
enum ShardedFormat {
  static func plan(
    _ document: Document, _ format: any OutputFormat.Type, _ options: FormatOptions, size: Int
  ) throws(CheckpointError) -> PlannedOutput {
    guard size > 0 else { throw CheckpointError(.wrongWords, "a shard of \(size) bytes holds nothing") }
    guard case .stateDict(let state) = document[document.root] else {
      throw CheckpointError(
        .unrepresentable,
        "shards hold the tensors of one state dict, and this is a "
          + document.typeName(document.root), hint: "`resect strip`, or `resect edit` with `take PATH`, first"
      )
    }
    if format is TorchFormat.Type { return try torch(document, state, options, size) }
    if format is SafetensorsFormat.Type { return try safetensors(document, size) }
    throw CheckpointError(
      .wrongWords, "\(format.word) has no shards", hint: "--to safetensors or --to torch")
  }

  /// `model-00001-of-00003.safetensors`: numbers of five digits, from 1.
  static func name(_ stem: Text, _ suffix: Text, _ number: Int, of count: Int) -> Text {
    func digits(_ number: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(5 - text.count, 0)) + text
    }
    return count == 1 ? stem + suffix : "\(stem)-\(digits(number + 1))-of-\(digits(count))\(suffix)"
  }

  private static func index(
    _ stem: Text, _ suffix: Text, _ names: [Text], _ split: ShardSplit, restoring: Text?
  ) -> PlannedFile {
    var shardOf = [Int](repeating: 0, count: names.count)
    for (number, shard) in split.shards.enumerated() { for index in shard { shardOf[index] = number } }
    var map: OrderedDictionary<Text, Text> = [:]
    for (index, key) in names.enumerated() {
      map[key] = name(stem, suffix, shardOf[index], of: split.shards.count)
    }
    let text = ShardIndex.text(totalSize: split.totalSize, map, restoring: restoring)
    return PlannedFile(
      name: stem + suffix + ShardIndex.suffix, [PlannedRun(name: "index", bytes: PlannedBytes(text))])
  }

  private static func safetensors(_ document: Document, _ size: Int) throws(CheckpointError) -> PlannedOutput
  {
    let contents = try SafetensorsContents(document)
    let (stem, suffix): (Text, Text) = ("model", ".safetensors")
    // Views of one storage that do not overlap are separate tensors here.
    let split = ShardSplit(
      sizes: contents.tensors.map(\.record.byteCount), groups: contents.tensors.indices.map { StorageID($0) },
      limit: size)
    var metadata = contents.metadata
    let isSingle = split.shards.count == 1
    if !isSingle { metadata[RestoringEntry.key] = nil }
    var files: [PlannedFile] = []
    for (number, shard) in split.shards.enumerated() {
      let layout = try SafetensorsLayout(
        shard.map { contents.tensors[$0] }, metadata, from: contents.document)
      files.append(
        PlannedFile(name: name(stem, suffix, number, of: split.shards.count), layout.sections))
    }
    if !isSingle {
      files.append(
        index(
          stem, suffix, contents.tensors.map(\.name), split,
          restoring: contents.metadata[RestoringEntry.key]))
    }
    return PlannedOutput(
      files: files, isFolder: true, tensors: contents.tensors.count, droppedBytes: contents.droppedBytes,
      droppedValues: contents.droppedValues, notes: contents.notes)
  }

  /// Each shard is a state dict of its own, of the same kind and with the same `_metadata`.
  private static func torch(
    _ document: Document, _ state: StateDict, _ options: FormatOptions, _ size: Int
  ) throws(CheckpointError) -> PlannedOutput {
    let (stem, suffix): (Text, Text) = ("pytorch_model", ".bin")
    var names: [Text] = []
    var records: [TensorRecord] = []
    var dropped: [Text] = []
    for (key, value) in state.entries {
      if case .tensor(let record) = document[value] {
        names.append(key)
        records.append(record)
      } else if document.holdsTensor(value) {
        throw CheckpointError(
          .unrepresentable,
          "shards hold dense tensors alone, and this is \(document.describeHolder(value))",
          at: .init(key: ValuePath.escape(key)), hint: "`drop` it, or write one file")
      } else {
        dropped.append(ValuePath.escape(key))
      }
    }
    if let attributes = state.attributes {
      dropped += document.children(of: document.root).suffix(document.children(of: attributes).count).map(
        \.component)
    }
    let layout = StorageLayout(document, tensors: names.compactMap { state.entries[$0] })
    let split = ShardSplit(
      sizes: records.map { layout.place(of: $0).storageBytes }, groups: records.map(\.storage), limit: size)
    var output = PlannedOutput(files: [], isFolder: true, tensors: records.count, droppedValues: dropped)
    for (number, shard) in split.shards.enumerated() {
      var part = document
      var entries: OrderedDictionary<Text, NodeID> = [:]
      for index in shard.sorted() { entries[names[index]] = state.entries[names[index]] }
      part[part.root] = .stateDict(StateDict(kind: state.kind, entries: entries, metadata: state.metadata))
      let archive = try TorchFormat.Archive(part, options)
      output.files.append(
        PlannedFile(name: name(stem, suffix, number, of: split.shards.count), [archive.section]))
      output.droppedBytes += archive.droppedBytes
      output.globals.formUnion(archive.globals)
    }
    if split.shards.count > 1 {
      if let name = names.first(where: { !$0.isWellFormed }) {
        throw CheckpointError(
          .unrepresentable, "its name has lone surrogates, which an index cannot hold",
          at: .init(key: ValuePath.escape(name)), hint: "`rename` it first, or write one file")
      }
      output.files.append(index(stem, suffix, names, split, restoring: nil))
    }
    return output
  }
}
