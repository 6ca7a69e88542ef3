// SPDX-License-Identifier: Apache-2.0

/// The form before PyTorch 1.6: five pickles (magic, protocol, sys_info, the object, storage keys), then each storage
/// as an int64 count of elements and its raw bytes (`torch/serialization.py`, `_legacy_save`).
///
/// Typed storages alone: what PyTorch 2 pickles by `_rebuild_tensor_v3` it cannot load back from this form.
enum LegacyFormat: OutputFormat {
  static let word = "torch-legacy"

  static func plan(
    _ document: Document, _ options: FormatOptions
  ) throws(CheckpointError) -> PlannedOutput {
    let reachable = Reachable(document, throughOriginals: options.keepsOpaque)
    let check = LegacyCheck(document, reachable.tensors)
    try check.refuse()
    let storages = StorageLayout(document, tensors: reachable.tensors)
    var encoder = TorchEncoder(document, storages, as: .legacy, keepOpaque: options.keepsOpaque)
    let object = try encoder.encode()
    // PyTorch sorts the keys as text, and reads the storages in the order of the list.
    let outputs = storages.outputs.enumerated().map { (key: Text($0), output: $1) }.sorted { $0.key < $1.key }
    let pickles = magic + protocolVersion + system + object + list(outputs.map(\.key))
    var sections: [any PlannedSection] = [
      PlannedRun(name: "pickles", bytes: PlannedBytes(pickles))
    ]
    for (key, output) in outputs {
      sections.append(
        PlannedStorage(
          key: key, elements: output.byteCount / (check.itemSizes[output.storage] ?? 1),
          data: PlannedBytes(output, document[output.storage])))
    }
    return PlannedOutput(
      files: [PlannedFile(sections)], tensors: reachable.tensors.count,
      droppedBytes: storages.droppedBytes(in: document), globals: encoder.unknownGlobals,
      notes: try check.notes())
  }

  /// 0x1950A86A20F9469CFC6C as protocol 2 spells it.
  private static let magic: [UInt8] = [
    0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  private static let protocolVersion: [UInt8] = {
    var writer = PickleWriter()
    writer.int(1001)
    writer.stop()
    return writer.bytes
  }()

  /// `sys_info`, which PyTorch writes and never looks at.
  private static let system: [UInt8] = {
    var writer = PickleWriter()
    writer.emptyDict()
    writer.mark()
    writer.intern("protocol_version")
    writer.int(1001)
    writer.intern("little_endian")
    writer.bool(true)
    writer.intern("type_sizes")
    writer.emptyDict()
    writer.mark()
    for (name, size) in [("short", 2), ("int", 4), ("long", 4)] as [(Text, Int)] {
      writer.intern(name)
      writer.int(size)
    }
    writer.setItems()
    writer.setItems()
    writer.stop()
    return writer.bytes
  }()

  private static func list(_ keys: [Text]) -> [UInt8] {
    var writer = PickleWriter()
    writer.emptyList()
    for start in stride(from: 0, to: keys.count, by: TorchEncoder.batch) {
      writer.mark()
      for key in keys[start..<min(start + TorchEncoder.batch, keys.count)] { writer.string(key) }
      writer.appends()
    }
    writer.stop()
    return writer.bytes
  }
}

/// A storage of the legacy form: an int64 count of its elements, then their bytes.
private struct PlannedStorage: PlannedSection {
  var key: Text
  var elements: Int
  var data: PlannedBytes

  private static let countBytes = 8

  var byteCount: Int { Self.countBytes + data.byteCount }

  var members: [PlannedMember] {
    [
      .init(
        name: key, bytes: data.byteCount, offset: Self.countBytes, origin: data.isCopy ? .copy : .compute)
    ]
  }

  func write(
    to file: borrowing OutputFile, at start: Int, onBytes: (Int) -> Void
  ) throws(CheckpointError) -> Int {
    var count = LittleEndianBytes()
    count.add(Int64(elements))
    try file.write(count.bytes, at: start)
    try data.write(to: file, at: start + Self.countBytes, onBytes: onBytes)
    return byteCount
  }
}
