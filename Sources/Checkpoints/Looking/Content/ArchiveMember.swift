// SPDX-License-Identifier: Apache-2.0

/// A member of a zip archive, whether the strict directory lists it or any reader might find it.
struct ArchiveMember {
  let name: Text
  let method: UInt16
  let isEncrypted: Bool
  /// Where its bytes lie, compressed or not.
  let range: Range<Int>
  /// Whether no directory names it.
  let isStray: Bool
  /// What the strict directory knows of it.
  let listed: (directory: ZipDirectory, entry: ZipEntry)?

  init(_ entry: ZipEntry, in directory: ZipDirectory) {
    name = entry.name
    method = entry.method
    isEncrypted = false
    range = entry.dataRange
    isStray = false
    listed = (directory, entry)
  }

  init(_ member: ZipSweep.Member, in file: InputFile) {
    name = member.name
    method = member.method
    isEncrypted = member.isEncrypted
    range = member.range
    isStray = !member.isListed
    listed = nil
  }
}
