// SPDX-License-Identifier: Apache-2.0

/// Every member of a tar archive as `tarfile` and `tar` list them, whatever else is in it: folders, links, long names,
/// extended headers.
///
/// `TarDirectory` refuses such archives. Here they are taken as they come, for who must see what others would.
struct TarSweep {
  private(set) var members: [TarDirectory.Member] = []
  /// Where the archive ends.
  private(set) var end = 0
  /// Why the rest could not be walked, or what makes readers see other members.
  private(set) var faults: [CheckpointError] = []

  private static let limit = 1 << 16

  init(_ file: InputFile) throws(CheckpointError) {
    let blockSize = TarDirectory.blockSize
    var longName: Text?
    while file.size - end >= blockSize {
      let block = try file.read(end..<end + blockSize)
      if block.allSatisfy({ $0 == 0 }) { return }
      let header = TarHeader(block)
      let start = end + blockSize
      guard header.hasRightChecksum, let size = try? header.size(), size <= file.size - start else {
        faults.append(
          CheckpointError(
            .corrupt, "no header of a tar member begins here, or its member is cut short",
            at: .init(byte: end)))
        return
      }
      guard members.count < Self.limit else {
        faults.append(
          CheckpointError(.limit, "more than \(Self.limit) members are not looked at", at: .init(byte: end)))
        return
      }
      let range = start..<start + size
      switch header.type {
      case UInt8(ascii: "x"), UInt8(ascii: "g"):
        do throws(CheckpointError) {
          try PAXRecords.check(range, of: file, ignoring: PAXRecords.names)
        } catch { faults.append(error.at(byte: end)) }
      case UInt8(ascii: "L"):
        longName = Text(part: try file.read(start..<start + min(size, 1 << 12)).prefix { $0 != 0 })
      case UInt8(ascii: "K"), UInt8(ascii: "1"), UInt8(ascii: "2"), UInt8(ascii: "5"): break
      default:
        if size > 0 {
          let name = longName ?? (try? header.name()) ?? "byte \(end)"
          members.append(TarDirectory.Member(name: name, range: range))
        }
      }
      if header.type != UInt8(ascii: "L"), header.type != UInt8(ascii: "x") { longName = nil }
      // Links and folders have no bytes, whatever they state.
      let taken = [UInt8(ascii: "1"), UInt8(ascii: "2"), UInt8(ascii: "5")].contains(header.type) ? 0 : size
      end = start + (taken + blockSize - 1) / blockSize * blockSize
      if end > file.size { end = file.size }
    }
  }
}
