// SPDX-License-Identifier: Apache-2.0

/// What comes out when a file's parts are compared with what it says of them.
struct Inspection {
  var format: Document.Format
  /// Members of the archive; storages of a legacy file, tensors of a safetensors file.
  var members = 0
  /// Members whose bytes were read and have the CRC-32 that the archive states.
  private(set) var checked = 0
  /// Members that are not empty and for which the writer left the CRC-32 at 0: not computed.
  private(set) var withoutCRC: [Text] = []
  /// Storages that no tensor of the pickle uses.
  var unused: [Text] = []
  /// What is worth knowing and nothing wrong, a sentence each.
  var notes: [String] = []
  /// What is wrong inside the file.
  var findings: [CheckpointError] = []

  init(_ format: Document.Format, members: Int = 0) {
    self.format = format
    self.members = members
  }

  /// Reads every member of an archive, which may be one of several in the file.
  mutating func check(_ directory: ZipDirectory, _ onBytes: (Int) -> Void) {
    members += directory.entries.count
    do throws(CheckpointError) { findings += try directory.oddities() } catch { findings.append(error) }
    for entry in directory.entries {
      do throws(CheckpointError) {
        try directory.forEachChunk(of: entry) { chunk in onBytes(chunk.byteCount) }
        if entry.crc32 == nil { withoutCRC.append(entry.name) } else { checked += 1 }
      } catch { findings.append(error) }
    }
  }
}
