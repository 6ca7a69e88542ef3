// SPDX-License-Identifier: Apache-2.0

/// A file to be written, complete before it exists: the order, offset and origin of every byte.
///
///     let plan = try OutputPlan(document, as: .torch)
///     try plan.write(to: "backbone.pth")
public struct OutputPlan: Sendable {
  public enum Format: String, Sendable {
    /// `torch.save`'s zip. The newest PyTorch loads it by default.
    case torch
  }

  public struct Options: Sendable {
    /// Write objects beyond known data types, by name. Such a file needs `weights_only=False`.
    public var keepsOpaque = false
    /// Write casts even where finite values become infinite.
    public var allowsOverflow = false

    public init(keepsOpaque: Bool = false, allowsOverflow: Bool = false) {
      self.keepsOpaque = keepsOpaque
      self.allowsOverflow = allowsOverflow
    }
  }

  /// What the plan amounts to.
  public let summary: OutputSummary
  let members: [PlannedMember]
  let layout: ArchiveLayout
  /// Every input that bytes come from.
  let inputs: [InputFile]

  /// Plans `document` as a file. Reads no tensor, but for those that a `cast` converts: what they would lose is
  /// counted before anything is written.
  ///
  /// Throws `.unknownGlobals` for objects beyond known data types, `.overflow` for a cast that would make finite
  /// values infinite, `.unrepresentable` for what the format cannot hold; `options` allows the first two.
  public init(
    _ document: Document, as format: Format = .torch, options: Options = Options()
  ) throws(CheckpointError) {
    let reachable = Reachable(document, throughOriginals: options.keepsOpaque)
    let storages = StorageLayout(document, tensors: reachable.tensors)
    var encoder = TorchEncoder(document, storages, keepOpaque: options.keepsOpaque)
    let pickle = try encoder.encode()
    let globals = encoder.unknownGlobals.sorted()
    if !globals.isEmpty && !options.keepsOpaque { throw Self.refusal(of: globals, in: document) }
    let casts = try CastReport.all(in: document, reachable.tensors)
    if !options.allowsOverflow, let worst = casts.first(where: { $0.overflows > 0 }) {
      throw CheckpointError(
        .overflow,
        "\(worst.overflows) finite values do not fit \(worst.to)"
          + (casts.count(where: { $0.overflows > 0 }) > 1 ? ", and more in other tensors" : ""),
        at: .init(file: document.source?.file, key: worst.path),
        hint: "`cast \(worst.to) except \(worst.path)`, or --allow-overflow")
    }
    var members = [PlannedMember(name: "archive/data.pkl", bytes: pickle)]
    members.append(PlannedMember(name: "archive/byteorder", bytes: Array("little".utf8)))
    for (key, output) in storages.outputs.enumerated() {
      members.append(PlannedMember(name: "archive/data/\(key)", output, document[output.storage]))
    }
    members.append(PlannedMember(name: "archive/version", bytes: Array("3\n".utf8)))
    self.members = members
    layout = ArchiveLayout(members.map { ($0.name, $0.byteCount) })
    inputs = Self.inputs(of: document)
    summary = OutputSummary(
      format: format, members: members, layout,
      tensors: reachable.composites.isEmpty
        ? reachable.tensors.count : document.tensorCount(below: document.root),
      droppedBytes: Self.droppedBytes(document, storages), globals: globals, casts: casts)
  }

  /// The files that the document came from: no output may replace one, and none may change meanwhile.
  private static func inputs(of document: Document) -> [InputFile] {
    var inputs: [InputFile] = []
    for input in document.storages.flatMap(\.bytes.inputs) where !inputs.contains(input) {
      inputs.append(input)
    }
    return inputs
  }

  /// Bytes of the storages that go out, of which no tensor makes use.
  private static func droppedBytes(_ document: Document, _ storages: StorageLayout) -> Int {
    storages.outputs.reduce(0) { sum, output in
      let used = output.ranges.reduce(0) { $0 + $1.count }
      return sum + document[output.storage].byteCount - used
    }
  }

  private static func refusal(of globals: [GlobalName], in document: Document) -> CheckpointError {
    let names = globals.prefix(8).map(\.description).joined(separator: ", ")
    let more = globals.count > 8 ? " and \(globals.count - 8) more" : ""
    return CheckpointError(
      .unknownGlobals,
      "it holds objects beyond known data types: \(names)\(more); PyTorch would not load them by default",
      at: .init(file: document.source?.file),
      hint:
        "`plain` to make plain values of them, `drop` to leave them out, or --keep-opaque to write them by name"
    )
  }

  /// Writes the file: under a temporary name, flushed, renamed; an existing file is replaced only with `replacing`.
  /// `onBytes` is called with the size of each member that was written.
  public func write(
    to path: String, replacing: Bool = false, onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) {
    let file = try OutputFile(path, replacing: replacing, inputs: inputs)
    var crc32s: [UInt32] = []
    for (member, place) in zip(members, layout.members) {
      let crc32 = try member.write(to: file, at: place.dataOffset)
      try file.write(layout.localHeader(place, crc32: crc32), at: place.headerOffset)
      crc32s.append(crc32)
      onBytes(member.byteCount)
    }
    try file.write(layout.directory(crc32s: crc32s), at: layout.directoryOffset)
    for input in inputs { try input.checkUnchanged() }
    try file.commit()
  }

  /// What `write(to:replacing:)` would refuse about the place, without writing.
  public func check(_ path: String, replacing: Bool) throws(CheckpointError) {
    try OutputFile.check(path, replacing: replacing, inputs: inputs)
  }
}
