// SPDX-License-Identifier: Apache-2.0

/// What an archive can be read in spite of, and no honest writer of checkpoints does: it shows readers different things, or
/// leads what unpacks it out of its folder.
extension ZipDirectory {
  /// - Returns: a finding each, in the order of the directory.
  package func oddities() throws(CheckpointError) -> [CheckpointError] {
    var found: [CheckpointError] = []
    for entry in entries {
      if let fault = Self.fault(ofName: entry.name) {
        found.append(CheckpointError(.corrupt, fault, at: .init(member: entry.name)))
      }
      if let kind = Self.kind(entry.mode) {
        found.append(
          CheckpointError(.corrupt, "its mode makes it a \(kind), not a file", at: .init(member: entry.name)))
      }
      // miniz, through which PyTorch reads, takes nothing out of such a member and says that all went well.
      if entry.isMarkedFolder, entry.size > 0 {
        found.append(
          CheckpointError(
            .corrupt, "its attributes make it a folder: PyTorch reads none of its \(entry.size) bytes",
            at: .init(member: entry.name)))
      }
    }
    for entry in try undescribed() {
      found.append(
        CheckpointError(
          .corrupt, "it says that a data descriptor follows it (flag bit 3), and none does",
          at: .init(member: entry.name)))
    }
    if let disklessLocator {
      found.append(
        CheckpointError(
          .corrupt, "the zip64 locator counts 0 disks: readers do not agree on whether to follow it",
          at: .init(byte: disklessLocator)))
    }
    // A descriptor that contradicts the directory is said above.
    if let gaps = try? unclaimedRanges() {
      for gap in gaps {
        found.append(
          CheckpointError(
            .corrupt, "\(gap.count) bytes between the members belong to none", at: .init(byte: gap.lowerBound)
          ))
      }
    }
    return found
  }

  /// What unpacking a member of this name would do.
  private static func fault(ofName name: Text) -> String? {
    let parts = name.split("/")
    if name.hasPrefix("/") { return "its name is an absolute path" }
    if parts.contains("..") { return "its name leads out of the folder (`..`)" }
    // numpy's names are keys, and may hold what they like but for a way out.
    if name.hasSuffix(".npy") { return nil }
    if name.firstIndex(of: "\\") != nil { return "its name has a backslash, which Windows takes for a slash" }
    if name.count > 1, name.bytes[name.bytes.startIndex + 1] == UInt8(ascii: ":") {
      return "its name begins with a drive of Windows"
    }
    if parts.contains(".") { return "its name has a step that leads nowhere (`.`)" }
    return nil
  }

  /// What a mode of Unix makes a member, unless a file or folder.
  private static func kind(_ mode: UInt16) -> String? {
    switch mode & 0xF000 {
    case 0xA000: "link"
    case 0x1000: "pipe"
    case 0x2000, 0x6000: "device"
    case 0xC000: "socket"
    default: nil
    }
  }
}
