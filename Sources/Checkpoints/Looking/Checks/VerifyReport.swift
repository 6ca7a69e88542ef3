// SPDX-License-Identifier: Apache-2.0

/// Whether a file's container is sound: what `resect verify` prints.
public struct VerifyReport: Codable, Sendable {
  /// One thing that is wrong.
  public struct Finding: Codable, Sendable {
    /// Absent where it is about the file as a whole.
    public var member: Text?
    /// An offset in the member, or in the file where there is none.
    public var byte: Int?
    /// One sentence: what is wrong.
    public var message: String
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// Its path.
  public var file: String
  /// As `Document.Format` calls it, or what else the file is.
  public var format: String
  /// Members of the archive; storages of a legacy file, tensors of a safetensors file.
  public var members: Int
  /// The size of the file.
  public var bytes: Int
  /// Members whose bytes were read and have the CRC-32 that the archive states.
  public var checked = 0
  /// Members that are not empty and for which the writer left the CRC-32 at 0: not computed.
  public var withoutCRC: [Text] = []
  /// Storages that no tensor of the pickle uses.
  public var unused: [Text] = []
  /// What is worth knowing and nothing wrong, a sentence each; absent where there is nothing.
  public var notes: [String]?
  /// Empty where the container is sound.
  public var findings: [Finding] = []
  /// What is left of a file whose container cannot be walked; absent where it can.
  public var damage: DamageReport?
  /// What libzip, a reader that shares no code with this one, complains of; absent where it was not asked.
  public var secondOpinion: [Finding]?
  /// Why the file could not be verified, where several are looked at; then nothing else is said of it.
  public var error: ErrorReport.Body?

  /// What `members` counts, in one word: for people, and not in the JSON.
  public internal(set) var unit = "tensor"
  /// What agrees in a sound file, in a sentence, likewise; nil where that is what `checked` counts.
  public internal(set) var agreement: String?

  /// Whether neither reader complains.
  public var isSound: Bool { findings.isEmpty && (secondOpinion ?? []).isEmpty }

  enum CodingKeys: CodingKey {
    case schema, file, format, members, bytes, checked, withoutCRC, unused, notes, findings, damage,
      secondOpinion, error
  }

  init(
    file: String, format: String, bytes: Int = 0, members: Int = 0, countedIn unit: String = "tensor",
    agreement: String? = ""
  ) {
    self.file = file
    self.format = format
    self.bytes = bytes
    self.members = members
    self.unit = unit
    self.agreement = agreement
  }

  private init(_ file: InputFile, _ format: Document.Format, members: Int) {
    self.init(
      file: file.path, format: format.rawValue, bytes: file.size, members: members, countedIn: format.unit,
      agreement: format.agreement)
  }

  mutating func isOf(_ format: Document.Format) {
    self.format = format.rawValue
    unit = format.unit
    agreement = format.agreement
  }

  init(_ inspection: Inspection, of file: InputFile) {
    self.init(file, inspection.format, members: inspection.members)
    checked = inspection.checked
    withoutCRC = inspection.withoutCRC
    unused = inspection.unused
    notes = inspection.notes.isEmpty ? nil : inspection.notes
    findings = inspection.findings.map(Finding.init)
  }

  init(_ remains: Remains, _ survivors: Survivors, of file: InputFile) {
    self.init(file, remains.document.source?.format ?? .torch, members: remains.members)
    checked = survivors.checked
    findings = remains.faults.map(Finding.init)
    damage = survivors.report
  }

  init(_ path: String, _ error: CheckpointError) {
    self.init(file: path, format: "unknown")
    self.error = ErrorReport(error.at(file: path)).error
  }
}

extension VerifyReport.Finding {
  init(_ error: CheckpointError) {
    member = error.location.member
    byte = error.location.byte
    message = error.reason
  }
}

/// Whether several files are sound: what `resect verify` prints for a folder, an index, or more than one file.
public struct VerifyReports: Codable, Sendable {
  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// In the order of the arguments; of a folder in the order of bytes.
  public var files: [VerifyReport]

  /// Whether any file is not sound: exit code 1.
  public var hasFinding: Bool { files.contains { !$0.isSound } }
  /// Whether every file could be verified.
  public var isComplete: Bool { files.allSatisfy { $0.error == nil } }
}
