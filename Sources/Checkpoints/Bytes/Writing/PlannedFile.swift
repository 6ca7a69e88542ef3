// SPDX-License-Identifier: Apache-2.0

/// A file to be: its sections one after the other.
struct PlannedFile: Sendable {
  /// Its name in the output folder; empty where the output is one file.
  var name: Text
  var sections: [any PlannedSection]

  init(name: Text = "", _ sections: [any PlannedSection]) {
    self.name = name
    self.sections = sections
  }

  /// A small file whose bytes are known.
  init(name: Text, bytes: [UInt8]) {
    self.init(name: name, [PlannedRun(name: name, bytes: PlannedBytes(bytes))])
  }

  /// The size; an estimate where a section is compressed on the way.
  var byteCount: Int { sections.reduce(0) { $0 + $1.byteCount } }

  func write(to file: borrowing OutputFile, onBytes: (Int) -> Void) throws(CheckpointError) {
    var offset = 0
    for section in sections { offset += try section.write(to: file, at: offset, onBytes: onBytes) }
  }
}

/// A part of a file that is laid out by itself: plain bytes, or a whole archive with its own offsets.
protocol PlannedSection: Sendable {
  /// The size; where the section is compressed, what goes in.
  var byteCount: Int { get }
  /// What it consists of; offsets count from its start.
  var members: [PlannedMember] { get }
  /// Writes the section at `start` and gives its size in the file.
  func write(
    to file: borrowing OutputFile, at start: Int, onBytes: (Int) -> Void
  ) throws(CheckpointError) -> Int
}

/// Bytes as they are: a header, a tensor's data.
struct PlannedRun: PlannedSection {
  var name: Text
  var bytes: PlannedBytes

  var byteCount: Int { bytes.byteCount }

  var members: [PlannedMember] {
    [.init(name: name, bytes: byteCount, offset: 0, origin: bytes.isCopy ? .copy : .compute)]
  }

  func write(
    to file: borrowing OutputFile, at start: Int, onBytes: (Int) -> Void
  ) throws(CheckpointError) -> Int {
    try bytes.write(to: file, at: start, onBytes: onBytes)
    return byteCount
  }
}
