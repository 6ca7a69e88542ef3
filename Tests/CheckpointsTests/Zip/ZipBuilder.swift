// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Archives that are too large to be committed.
enum ZipBuilder {
  private static func field(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func local(
    _ name: String, flags: Int = 0, crc: UInt32, size: Int, extra: [UInt8] = []
  ) -> [UInt8] {
    [0x50, 0x4B, 3, 4] + field(0, 2) + field(flags, 2) + field(0, 6) + field(Int(crc), 4) + field(size, 4)
      + field(size, 4) + field(name.utf8.count, 2) + field(extra.count, 2) + Array(name.utf8) + extra
  }

  private static func central(
    _ name: String, flags: Int = 0, crc: UInt32, size: Int, offset: Int, extra: [UInt8] = []
  ) -> [UInt8] {
    [0x50, 0x4B, 1, 2] + field(0, 4) + field(flags, 2) + field(0, 6) + field(Int(crc), 4) + field(size, 4)
      + field(size, 4) + field(name.utf8.count, 2) + field(extra.count, 2) + field(0, 10) + field(offset, 4)
      + Array(name.utf8) + extra
  }

  /// The zip64 end record, its locator and the clipped classic record.
  private static func end(count: Int, start: Int, size: Int) -> [UInt8] {
    [0x50, 0x4B, 6, 6] + field(44, 8) + field(0, 12) + field(count, 8) + field(count, 8) + field(size, 8)
      + field(start, 8) + [0x50, 0x4B, 6, 7] + field(0, 4) + field(start + size, 8) + field(1, 4)
      + [0x50, 0x4B, 5, 6] + field(0, 4) + field(min(count, 0xFFFF), 2) + field(min(count, 0xFFFF), 2)
      + field(min(size, 0xFFFF_FFFF), 4) + field(min(start, 0xFFFF_FFFF), 4) + field(0, 2)
  }

  /// Stored members, with a zip64 end as torch always writes it.
  static func archive(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var body: [UInt8] = []
    var directory: [UInt8] = []
    for (name, bytes) in members {
      let crc = CRC32.of(bytes)
      directory += central(name, crc: crc, size: bytes.count, offset: body.count)
      body += local(name, crc: crc, size: bytes.count) + bytes
    }
    return body + directory + end(count: members.count, start: body.count, size: directory.count)
  }

  /// What stands before and after a hole of `hole` bytes: the member `a/data/0`, as torch writes one whose CRC
  /// it did not compute, and behind it `a/version`.
  static func large(hole: Int) -> (head: [UInt8], tail: [UInt8]) {
    let (name, version) = ("a/data/0", "a/version")
    let wide = field(1, 2) + field(16, 2) + field(hole, 8)
    let head = local(name, flags: 0x808, crc: 0, size: 0, extra: wide + field(0, 8))
    let data = Array("3\n".utf8)
    let crc = CRC32.of(data)
    var tail = [0x50, 0x4B, 7, 8] + field(0, 4) + field(hole, 8) + field(hole, 8)
    let offset = head.count + hole + tail.count
    tail +=
      local(version, flags: 0x808, crc: 0, size: 0, extra: field(1, 2) + field(8, 2) + field(offset, 8))
      + data
    tail += [0x50, 0x4B, 7, 8] + field(Int(crc), 4) + field(2, 8) + field(2, 8)
    let start = head.count + hole + tail.count
    let directory =
      central(name, flags: 0x808, crc: 0, size: 0xFFFF_FFFF, offset: 0, extra: wide + field(hole, 8))
      + central(
        version, flags: 0x808, crc: crc, size: 2, offset: 0xFFFF_FFFF,
        extra: field(1, 2) + field(8, 2) + field(offset, 8))
    return (head, tail + directory + end(count: 2, start: start, size: directory.count))
  }
}
