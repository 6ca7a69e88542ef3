// SPDX-License-Identifier: Apache-2.0

/// `torch.save`'s zip: `archive/data.pkl`, `byteorder`, a member `data/<key>` a storage, `version`.
enum TorchFormat: OutputFormat {
  static let word = "torch"
  static let suffixes: [Text] = ["pth", "pt", "bin", "ckpt"]

  static func plan(
    _ document: Document, _ options: FormatOptions
  ) throws(CheckpointError) -> PlannedOutput {
    let archive = try Archive(document, options)
    return PlannedOutput(
      files: [PlannedFile([archive.section])], tensors: archive.tensors, droppedBytes: archive.droppedBytes,
      globals: archive.globals)
  }

  /// One such archive; a file of its own, or a part of one.
  struct Archive {
    let section: PlannedArchive
    let tensors: Int
    let droppedBytes: Int
    let globals: Set<GlobalName>

    init(_ document: Document, _ options: FormatOptions) throws(CheckpointError) {
      let reachable = Reachable(document, throughOriginals: options.keepsOpaque)
      let storages = StorageLayout(document, tensors: reachable.tensors)
      var encoder = TorchEncoder(document, storages, keepOpaque: options.keepsOpaque)
      let pickle = try encoder.encode()
      var members = [
        PlannedArchive.Member(name: "archive/data.pkl", bytes: PlannedBytes(pickle)),
        PlannedArchive.Member(name: "archive/byteorder", bytes: PlannedBytes(Array("little".utf8))),
      ]
      for (key, output) in storages.outputs.enumerated() {
        members.append(
          .init(name: "archive/data/\(key)", bytes: PlannedBytes(output, document[output.storage])))
      }
      members.append(.init(name: "archive/version", bytes: PlannedBytes(Array("3\n".utf8))))
      section = PlannedArchive(members)
      tensors =
        reachable.composites.isEmpty ? reachable.tensors.count : document.tensorCount(below: document.root)
      droppedBytes = storages.droppedBytes(in: document)
      globals = encoder.unknownGlobals
    }
  }
}
