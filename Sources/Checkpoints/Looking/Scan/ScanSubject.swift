// SPDX-License-Identifier: Apache-2.0

/// One thing that is looked at: a file, a member of an archive in it, or bytes that a pickle would load.
struct ScanSubject {
  /// Its bytes from 0 on; unpacked ones lie in memory.
  let file: InputFile
  /// Bytes that it takes of the file that was opened, at most: what it may cost is held against them.
  let packedSize: Int
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

  init(_ file: InputFile) {
    self.file = file
    packedSize = file.size
  }

  private init(_ file: InputFile, of whole: ScanSubject, packedSize: Int) {
    self.file = file
    self.packedSize = min(packedSize, whole.packedSize)
    members = whole.members
    isStray = whole.isStray
  }

  /// A member of it, stored or unpacked.
  ///
  /// - Parameter packedSize: bytes that it takes of its archive; nil where it is stored.
  func member(_ name: Text, _ file: InputFile, packedSize: Int? = nil) -> ScanSubject {
    var member = ScanSubject(file, of: self, packedSize: packedSize ?? file.size)
    member.members.append(name)
    return member
  }

  /// The same of other bytes: what a member unpacks to.
  func with(_ file: InputFile) -> ScanSubject {
    var other = ScanSubject(file, of: self, packedSize: packedSize)
    other.isScript = isScript
    return other
  }

  /// A part of it that is no member.
  func part(_ range: Range<Int>) throws(CheckpointError) -> ScanSubject {
    var part = ScanSubject(try InputFile(range, of: file), of: self, packedSize: range.count)
    part.base = base + range.lowerBound
    return part
  }
}
