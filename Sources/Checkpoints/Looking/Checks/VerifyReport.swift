// SPDX-License-Identifier: Apache-2.0

/// Whether a file's container is sound: what `resect verify` prints.
public struct VerifyReport: Codable, Sendable {
  public struct Finding: Codable, Sendable {
    public var member: Text?
    public var byte: Int?
    public var message: String
  }

  public var schema = 1
  public var file: String
  public var format: String
  /// Members of the archive; storages of a legacy file, tensors of a safetensors file.
  public var members: Int
  public var bytes: Int
  /// Members whose bytes were read and have the CRC-32 that the archive states.
  public var checked: Int
  /// Members that are not empty and for which the writer left the CRC-32 at 0: not computed.
  public var withoutCRC: [Text]
  /// Storages that no tensor of the pickle uses.
  public var unused: [Text]
  public var findings: [Finding]
  /// What libzip, a reader that shares no code with this one, complains of; absent where it was not asked.
  public var secondOpinion: [Finding]?
  /// Why the file could not be verified, where several are looked at; then nothing else is said of it.
  public var error: ErrorReport.Body?

  public var isSound: Bool { findings.isEmpty && (secondOpinion ?? []).isEmpty }

  /// Walks the directory strictly, reads every member, and decodes the pickle against the storages.
  ///
  /// - Parameter onBytes: called with the number of bytes that were read, now and then.
  /// - Throws: what `Checkpoint.open` throws of a container that cannot be walked at all; what is wrong inside one
  ///   that can is a finding.
  public init(
    _ path: String, secondOpinion: Bool = false, onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) {
    let input = try InputFile(path: path)
    file = path
    format = Document.Format.torch.rawValue
    bytes = input.size
    (members, checked, withoutCRC, unused, findings) = (0, 0, [], [], [])
    guard try input.read(0..<min(input.size, 2)) == [0x50, 0x4B] else {
      try verifyStream(input, hasOpinion: secondOpinion)
      return
    }
    do throws(CheckpointError) {
      let directory = try ZipDirectory(input)
      members = directory.entries.count
      for entry in directory.entries { check(entry, directory, onBytes) }
      try decode(directory)
    } catch { throw error.at(file: path) }
    if secondOpinion { self.secondOpinion = SecondOpinion.complaints(on: input).map(Finding.init) }
  }

  init(file: String, format: String, bytes: Int = 0, members: Int = 0) {
    self.file = file
    self.format = format
    self.bytes = bytes
    self.members = members
    (checked, withoutCRC, unused, findings) = (0, [], [], [])
  }

  mutating func check(_ entry: ZipEntry, _ directory: ZipDirectory, _ onBytes: (Int) -> Void) {
    do throws(CheckpointError) {
      try directory.forEachChunk(of: entry) { chunk in onBytes(chunk.byteCount) }
      if entry.crc32 == nil { withoutCRC.append(entry.name) } else { checked += 1 }
    } catch { findings.append(Finding(error)) }
  }

  /// The pickle against the storages: each is there and large enough.
  private mutating func decode(_ directory: ZipDirectory) throws(CheckpointError) {
    let document: Document
    do throws(CheckpointError) {
      document = try Checkpoint.open(file)
    } catch {
      guard !findings.contains(where: { $0.member == error.location.member }) else { return }
      guard error.code == .corrupt else { throw error }
      return findings.append(Finding(error))
    }
    format = (document.source?.format ?? .torch).rawValue
    let used = Set(document.storages.map(\.name))
    for entry in directory.entries {
      guard let slash = entry.name.firstIndex(of: "/") else { continue }
      let inner = entry.name.dropFirst(slash + 1)
      if inner.hasPrefix("data/"), !used.contains(inner) { unused.append(entry.name) }
    }
  }

  /// A legacy stream, an ancient tar and a safetensors file state sizes, and nothing else that could be compared.
  private mutating func verifyStream(
    _ input: InputFile, hasOpinion: Bool
  ) throws(CheckpointError) {
    let found = try Checkpoint.open(file).source?.format ?? .torchLegacy
    format = found.rawValue
    guard !hasOpinion else {
      throw CheckpointError(
        .unsupported, "it is no zip archive, so that libzip has no opinion of it", at: .init(file: file))
    }
    switch found {
    // An array's length is checked when it is opened.
    case .npy: members = 1
    // Reading the header has made sure that the tensors cover the file; there is nothing else to compare.
    case .safetensors: members = try SafetensorsHeader(input).entries.count
    case .torchTar:
      let tar = try TorchTar(input)
      members = tar.directory.members.count
      findings += tar.leftOver.map {
        Finding(member: $0.member, byte: $0.byte, message: "\($0.count) bytes follow what it should hold")
      }
    default:
      let stream = try LegacyStream(input)
      members = stream.storages.count
      guard stream.end < input.size else { return }
      findings.append(
        Finding(
          member: nil, byte: stream.end,
          message: "\(input.size - stream.end) bytes follow the last storage"))
    }
  }
}

extension VerifyReport.Finding {
  init(_ error: CheckpointError) {
    member = error.location.member
    byte = error.location.byte
    message = error.reason
  }
}
