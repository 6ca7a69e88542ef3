// SPDX-License-Identifier: Apache-2.0

/// Every member that any reader might find in an archive that is not sound: what each directory near its end lists,
/// wherever readers think that it begins, and what the directories leave out but begins as a member does.
///
/// `ZipDirectory` refuses such archives. Here they are taken as they come, for who must see what others would.
struct ZipSweep {
  struct Member {
    var name: Text
    var method: UInt16
    var isEncrypted: Bool
    /// From its first byte to the last that any header gives it.
    var range: Range<Int>
    /// Whether a directory names it.
    var isListed: Bool
  }

  /// Those that are listed first, each once.
  private(set) var members: [Member] = []
  /// Whether readers find a directory, and so may take the archive.
  private(set) var hasDirectory = false
  private var starts: Set<Int> = []

  /// The most members that are looked for.
  private static let limit = 1 << 16

  init(_ file: InputFile) throws(CheckpointError) {
    for end in try Self.ends(of: file) { try list(end, in: file) }
    hasDirectory = !members.isEmpty
    try sweep(file, 0..<file.size)
  }

  /// What begins as a member in a part of an archive whose directory does not list it.
  init(_ file: InputFile, unlisted range: Range<Int>) throws(CheckpointError) { try sweep(file, range) }

  // MARK: What is listed

  /// Where the directory lies that a reader finds who looks for one at the end; nil where there is none.
  static func directory(of file: InputFile) throws(CheckpointError) -> Range<Int>? {
    for start in try ends(of: file) {
      let signature = try file.read(start.entries..<start.entries + 4)
      if signature == [0x50, 0x4B, 1, 2] { return start.entries..<start.end }
    }
    return nil
  }

  /// How an end record is understood: where the entries begin, and what is added to the offsets that they state.
  private struct Start: Hashable {
    var entries: Int
    var end: Int
    var shifts: Set<Int>
  }

  /// Every place near the end at which a reader may look for the first entry.
  private static func ends(of file: InputFile) throws(CheckpointError) -> [Start] {
    let reach = 22 + 0xFFFF
    let from = max(0, file.size - reach)
    let tail = try file.read(from..<file.size)
    var starts: [Start] = []
    for index in stride(from: tail.count - 22, through: 0, by: -1)
    where EndOfCentralDirectory.begins(tail, at: index) {
      let record = from + index
      starts += views(size: little(tail, index + 12, 4), offset: little(tail, index + 16, 4), before: record)
      guard record >= 20 else { continue }
      let locator = try file.read(record - 20..<record)
      guard locator.starts(with: [0x50, 0x4B, 6, 7]) else { continue }
      for wide in Set([little(locator, 8, 8), record - 76]) where wide >= 0 && wide <= record - 56 {
        let bytes = try file.read(wide..<wide + 56)
        guard bytes.starts(with: [0x50, 0x4B, 6, 6]) else { continue }
        starts += views(size: little(bytes, 40, 8), offset: little(bytes, 48, 8), before: wide)
      }
    }
    return starts
  }

  /// Where the record says that the entries begin (miniz), and so far before it as they take (zipfile), which moves the
  /// members as well.
  private static func views(size: Int, offset: Int, before record: Int) -> [Start] {
    guard size <= record, offset <= record else { return [] }
    let shift = record - size - offset
    return Set([offset, record - size]).filter { $0 >= 0 && $0 <= record - 46 }
      .map { Start(entries: $0, end: record, shifts: [0, shift]) }
  }

  private mutating func list(_ start: Start, in file: InputFile) throws(CheckpointError) {
    guard start.end - start.entries <= 1 << 26 else { return }
    let bytes = try file.read(start.entries..<start.end)
    var at = 0
    while at + 46 <= bytes.count, members.count < Self.limit, bytes[at...].starts(with: [0x50, 0x4B, 1, 2]) {
      let lengths = [28, 30, 32].map { Self.little(bytes, at + $0, 2) }
      let next = at + 46 + lengths.reduce(0, +)
      guard next <= bytes.count else { break }
      var (packed, size) = (Self.little(bytes, at + 20, 4), Self.little(bytes, at + 24, 4))
      var offset = Self.little(bytes, at + 42, 4)
      let extra = bytes[at + 46 + lengths[0]..<at + 46 + lengths[0] + lengths[1]]
      try? ZipExtra(extra, at: 0).widen(
        size: &size, compressedSize: &packed, headerOffset: &offset, at: 0)
      for shift in start.shifts {
        let (place, overflow) = offset.addingReportingOverflow(shift)
        guard !overflow, let local = try Local(file, place) else { continue }
        add(
          Member(
            name: Text(part: bytes[at + 46..<at + 46 + lengths[0]]), method: Self.little16(bytes, at + 10),
            isEncrypted: bytes[at + 8] & 1 != 0,
            range: local.start..<local.start + min(max(packed, local.packed), file.size - local.start),
            isListed: true))
      }
      at = next
    }
  }

  private mutating func add(_ member: Member) {
    guard members.count < Self.limit, starts.insert(member.range.lowerBound).inserted else { return }
    members.append(member)
  }

  // MARK: What is not

  /// Adds what begins as a member does, up to what begins next where it does not say how long it is.
  private mutating func sweep(_ file: InputFile, _ range: Range<Int>) throws(CheckpointError) {
    var places: [Int] = []
    let overlap = 3
    var start = range.lowerBound
    while start < range.upperBound, places.count < Self.limit {
      let end = min(start + 1 << 20, range.upperBound)
      let bytes = try file.read(start..<min(end + overlap, range.upperBound))
      var at = 0
      while at + 4 <= bytes.count, let found = bytes[at...].firstIndex(of: 0x50), found + 4 <= bytes.count {
        let next = (bytes[found + 1], bytes[found + 2], bytes[found + 3])
        if next == (0x4B, 3, 4) || next == (0x4B, 1, 2) || next == (0x4B, 7, 8) || next == (0x4B, 5, 6) {
          places.append(start + found)
        }
        at = found + 1
      }
      start = end
    }
    places.append(range.upperBound)
    for (place, next) in zip(places, places.dropFirst()) {
      guard let local = try Local(file, place), local.start <= range.upperBound else { continue }
      let end =
        local.packed > 0
        ? local.start + min(local.packed, range.upperBound - local.start) : max(next, local.start)
      add(
        Member(
          name: local.name, method: local.method, isEncrypted: local.isEncrypted, range: local.start..<end,
          isListed: false))
    }
  }

  /// A local header, as it stands.
  private struct Local {
    var name: Text
    var method: UInt16
    var isEncrypted: Bool
    /// 0 where it does not say.
    var packed: Int
    /// Where the data begin.
    var start: Int

    init?(_ file: InputFile, _ place: Int) throws(CheckpointError) {
      guard place >= 0, place <= file.size - 30 else { return nil }
      let head = try file.read(place..<place + 30)
      guard head.starts(with: [0x50, 0x4B, 3, 4]) else { return nil }
      let (nameLength, extraLength) = (ZipSweep.little(head, 26, 2), ZipSweep.little(head, 28, 2))
      start = place + 30 + nameLength + extraLength
      guard start <= file.size else { return nil }
      name = Text(part: try file.read(place + 30..<place + 30 + nameLength))
      method = ZipSweep.little16(head, 8)
      isEncrypted = head[6] & 1 != 0
      packed = ZipSweep.little(head, 18, 4)
      var (size, none) = (ZipSweep.little(head, 22, 4), 0)
      if packed == 0xFFFF_FFFF || size == 0xFFFF_FFFF {
        let extra = try file.read(place + 30 + nameLength..<start)
        try? ZipExtra(extra[...], at: 0).widen(
          size: &size, compressedSize: &packed, headerOffset: &none, at: 0)
      }
    }
  }

  /// A little-endian number; the largest where it is more than can be counted.
  private static func little(_ bytes: [UInt8], _ at: Int, _ width: Int) -> Int {
    let value = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[at + $1]) << (8 * UInt64($1)) }
    return Int(clamping: value)
  }

  private static func little16(_ bytes: [UInt8], _ at: Int) -> UInt16 {
    UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
  }
}
