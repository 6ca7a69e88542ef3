// SPDX-License-Identifier: Apache-2.0

/// One thing that is looked at: a file, a member of an archive in it, or bytes that a pickle would load.
struct ScanSubject {
  /// Its bytes from 0 on; unpacked ones lie in memory.
  let file: InputFile
  /// From the outermost archive inwards; empty for the file itself.
  var members: [Text] = []
  /// Where its first byte lies in the innermost member, or in the file: it may be a part of one.
  var base = 0
  /// Whether no directory speaks of it, so that it is told of only where something is found.
  var isStray = false
  /// Whether it belongs to an archive of TorchScript.
  var isScript = false
  /// Whether it lies where an archive of torch has storages: bytes of no form are no more than that.
  var isStorage = false
  /// Whether a loader takes it for a pickle where it is no archive, whatever it holds: bytes that a pickle would load.
  var isLoaded = false

  var size: Int { file.size }
  var bytes: ByteSource { .file(file, 0..<file.size, crc32: nil) }

  /// The first bytes: as many as any form is told by.
  func start() throws(CheckpointError) -> [UInt8] { try file.read(0..<min(512, file.size)) }

  /// A member of it, stored or unpacked.
  func member(_ name: Text, _ file: InputFile) -> ScanSubject {
    ScanSubject(file: file, members: members + [name], isStray: isStray)
  }

  /// A part of it that is no member.
  func part(_ range: Range<Int>) throws(CheckpointError) -> ScanSubject {
    ScanSubject(
      file: try InputFile(range, of: file), members: members, base: base + range.lowerBound, isStray: isStray)
  }
}
