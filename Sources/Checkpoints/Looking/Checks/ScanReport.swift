// SPDX-License-Identifier: Apache-2.0

/// Every global that some files' pickles name: what `resect scan` prints.
public struct ScanReport: Codable, Sendable {
  public struct Global: Codable, Sendable {
    public var name: Text
    public var verdict: GlobalVerdict
    /// The archive's member whose pickle names it first.
    public var member: Text?
  }

  public struct File: Codable, Sendable {
    public var file: String
    /// Each once, in the order in which they are met.
    public var globals: [Global] = []
    /// Why the file was not examined to its end; what was seen before is in `globals`.
    public var error: ErrorReport.Body?
  }

  public var schema = 1
  public var files: [File]

  public var hasFinding: Bool { files.contains { $0.globals.contains { $0.verdict.isFinding } } }
  public var isComplete: Bool { files.allSatisfy { $0.error == nil } }

  /// Examines every file, of a folder all that lie below it, of an index its shards too; one that cannot be read
  /// does not keep the others from being examined.
  public init(_ paths: [String]) { files = paths.flatMap(File.files) }
}

extension ScanReport.File {
  init(scanning path: String) {
    file = path
    do throws(CheckpointError) {
      if DistributedRuns.fits(path) {
        try scan(DistributedRuns(path))
      } else {
        try scan(InputFile(path: path))
      }
    } catch {
      self.error = ErrorReport(error.at(file: path)).error
    }
  }

  private mutating func scan(_ file: InputFile) throws(CheckpointError) {
    let start = try file.read(0..<min(file.size, 512))
    if TarDirectory.begins(start) { return try scanTar(file) }
    // Neither holds pickles: a header that accounts for every byte, and a JSON text.
    if SafetensorsHeader.begins(start, size: file.size) { return _ = try SafetensorsHeader(file) }
    if try ShardIndex.begins(file) { return _ = try ShardIndex(file) }
    switch start.prefix(2) {
    case [0x50, 0x4B]: try scanArchive(ZipDirectory(file))
    case _ where NPYFile.begins(try file.read(0..<min(file.size, 6))):
      var known: Set<Text> = []
      guard let pickle = try NPYPickle.bytes(in: .file(file, 0..<file.size, crc32: nil), packed: file.size)
      else { return }
      try run(pickle, packed: pickle.count, member: nil, &known)
    // PROTO, or what a pickle of protocol 0 or 1 begins with.
    case _ where start.first == 0x80 || start.first.map { "(cd]}lI".utf8.contains($0) } == true:
      try scanPickles(file)
    default:
      throw ForeignFile.known(start, file)
        ?? CheckpointError(.unsupported, "it is neither a zip archive nor a pickle")
    }
  }

  /// Every pickle of the archive: `data.pkl`, `constants.pkl` and its kin in TorchScript, objects in numpy's arrays.
  mutating func scanArchive(_ directory: ZipDirectory) throws(CheckpointError) {
    var failure: CheckpointError?
    var count = 0
    var known: Set<Text> = []
    for entry in directory.entries {
      let isArray = entry.name.hasSuffix(".npy")
      guard isArray || entry.name.hasSuffix(".pkl") || entry.name.hasSuffix(".pickle") else { continue }
      count += 1
      do throws(CheckpointError) {
        guard isArray else {
          try run(directory.read(entry), packed: entry.compressedSize, member: entry.name, &known)
          continue
        }
        if let pickle = try NPYPickle.bytes(
          in: .computed(ZipMemberBytes(directory: directory, entry: entry)), packed: entry.compressedSize)
        {
          try run(pickle, packed: entry.compressedSize, member: entry.name, &known)
        }
      } catch {
        failure = failure ?? error.at(member: entry.name)
      }
    }
    if let failure { throw failure }
    if count == 0 { throw CheckpointError(.unsupported, "the archive holds no pickle") }
  }

  /// Examines one pickle; what was seen before an error is noted all the same.
  private mutating func run(
    _ pickle: [UInt8], packed: Int, member: Text?, _ known: inout Set<Text>
  ) throws(CheckpointError) {
    var machine = PickleMachine(pickle, limits: .reading(packed))
    let result = Result { () throws(CheckpointError) in _ = try machine.run() }
    note(machine.globals[...], member: member, &known)
    try result.get()
  }

  /// The archives that a part of a distributed checkpoint is a row of.
  private mutating func scan(_ runs: DistributedRuns) throws(CheckpointError) {
    try runs.forEach { archive throws(CheckpointError) in try scanArchive(archive) }
    guard let rest = runs.unnamed else { return }
    throw CheckpointError(
      .unsupported, "\(rest.count) bytes are in no item of .metadata and were not examined",
      at: .init(byte: rest.lowerBound))
  }

  /// The pickles that a file begins with: one, or the five of `torch.save` before 1.6.
  mutating func scanPickles(_ file: InputFile) throws(CheckpointError) {
    var window = PickleWindow(file)
    var offset = 0
    let isTorch = LegacyStream.begins(try file.read(0..<min(file.size, 64)))
    var count = 0
    var known: Set<Text> = []
    // Behind the five pickles lie raw numbers.
    while offset < file.size, !isTorch || count < 5 {
      let seen = window.globals.count
      let result = Result { () throws(CheckpointError) in try window.run(at: offset) }
      note(window.globals[seen...], member: nil, &known)
      offset += try result.get().byteCount
      count += 1
    }
    guard isTorch else { return }
    // The storages, and whether something follows them that this did not see.
    let end = try LegacyStream(file).end
    guard end == file.size else {
      throw CheckpointError(
        .unsupported, "\(file.size - end) bytes follow the last storage and were not examined",
        at: .init(byte: end))
    }
  }

  /// The pickles of an ancient tar file, and whether something else is in it that this did not see.
  private mutating func scanTar(_ file: InputFile) throws(CheckpointError) {
    let tar = try TorchTar(file)
    var known: Set<Text> = []
    for global in tar.globals { note([global.name], member: global.member, &known) }
    if let system = tar.directory.member("sys_info") {
      var machine = PickleMachine(try file.read(system.range), limits: .reading(system.range.count))
      let result = Result { () throws(CheckpointError) in _ = try machine.run() }
      note(machine.globals[...], member: system.name, &known)
      do throws(CheckpointError) { try result.get() } catch { throw error.at(member: system.name) }
    }
    if let rest = tar.leftOver.first {
      throw CheckpointError(
        .unsupported, "\(rest.count) bytes follow what it should hold and were not examined",
        at: .init(member: rest.member, byte: rest.byte))
    }
    let others = tar.directory.members.filter {
      !["pickle", "storages", "tensors", "sys_info"].contains($0.name)
    }
    if let other = others.first {
      throw CheckpointError(
        .unsupported, "the member is none of this form and was not examined", at: .init(member: other.name))
    }
  }

  private mutating func note(
    _ found: ArraySlice<PickleMachine.Global>, member: Text?, _ known: inout Set<Text>
  ) {
    for global in found {
      let name = GlobalName(global.module, global.name)
      guard known.insert(name.text).inserted else { continue }
      globals.append(.init(name: name.text, verdict: GlobalVerdict(name), member: member))
    }
  }
}
