// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The header of a safetensors file: a 64-bit length, then JSON that names each tensor's type, shape and bytes.
///
/// As strict as the reference reader (safetensors 0.8), and stricter where its README is: a name stands once.
struct SafetensorsHeader {
  struct Entry {
    var name: Text
    var type: SafetensorsDType
    /// As the header has it: of `F4` single values.
    var shape: [Int]
    /// Of the data region.
    var range: Range<Int>
    /// Where in the file its name stands.
    var byte: Int?
  }

  /// In the header's order.
  private(set) var entries: [Entry] = []
  private(set) var metadata: OrderedDictionary<Text, Text> = [:]
  /// Where in the file the data begins.
  let dataStart: Int
  /// Where the last tensor ends, which is where the file should.
  private(set) var dataEnd: Int

  static let metadataKey: Text = "__metadata__"
  /// The reference reads no larger header.
  static let largest = 100_000_000

  /// Whether a file that begins so means to be one: a header below 4 GiB that opens a brace.
  static func begins(_ start: [UInt8]) -> Bool {
    guard start.count > 8, start[4..<8].allSatisfy({ $0 == 0 }) else { return false }
    return start[8...].first { !JSONCursor.isBlank($0) } == UInt8(ascii: "{")
  }

  /// Reads and checks the whole header, no data.
  ///
  /// - Parameter mayBeCut: whether the file may end before the last tensor does, or go on behind it.
  /// - Throws: `.corrupt`, with byte and key, for whatever breaks a rule of the format.
  init(_ file: InputFile, mayBeCut: Bool = false) throws(CheckpointError) {
    guard let length = try Self.length(of: file) else {
      throw CheckpointError(.corrupt, "the file has \(file.size) bytes; the header's length alone takes 8")
    }
    guard length <= UInt64(Self.largest) else {
      throw CheckpointError(
        .corrupt, "the header claims \(length) bytes; safetensors allows \(Self.largest)", at: .init(byte: 0))
    }
    dataStart = 8 + Int(length)
    dataEnd = dataStart
    guard dataStart <= file.size else {
      throw CheckpointError(
        .corrupt, "the header claims \(length) bytes, but \(file.size - 8) follow", at: .init(byte: 0),
        hint: "download or copy the file again")
    }
    var cursor = JSONCursor(try file.read(8..<dataStart), base: 8, subject: "the header")
    var names: Set<Text> = []
    try cursor.members { cursor, name, at throws(CheckpointError) in
      guard names.insert(name).inserted else {
        throw CheckpointError(
          .corrupt, "the header names it twice; other readers take the last one",
          at: .init(byte: at, key: name))
      }
      if name == Self.metadataKey {
        metadata = try Self.metadata(&cursor)
      } else {
        entries.append(try Entry(&cursor, name, at))
      }
    }
    try cursor.end()
    dataEnd = dataStart + (try checkHoles())
    if !mayBeCut { try checkEnd(of: file) }
  }

  /// How long the header says that it is; nil where the file does not say it.
  static func length(of file: InputFile) throws(CheckpointError) -> UInt64? {
    guard file.size >= 8 else { return nil }
    var length: UInt64 = 0
    for byte in try file.read(0..<8).reversed() { length = length << 8 | UInt64(byte) }
    return length
  }

  private static func metadata(
    _ cursor: inout JSONCursor
  ) throws(CheckpointError) -> OrderedDictionary<Text, Text> {
    if cursor.takeWord("null") { return [:] }
    var found: OrderedDictionary<Text, Text> = [:]
    try cursor.members { cursor, key, at throws(CheckpointError) in
      guard found[key] == nil else {
        throw CheckpointError(
          .corrupt, "`__metadata__` has the key `\(key)` twice", at: .init(byte: at, key: metadataKey))
      }
      guard cursor.peek() == UInt8(ascii: "\"") else {
        throw cursor.wrong("`__metadata__` has a value under `\(key)` that is no text", key: metadataKey)
      }
      found[key] = try cursor.string()
    }
    return found
  }

  /// The tensors must follow each other without holes; gives their length.
  private func checkHoles() throws(CheckpointError) -> Int {
    let ordered = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = 0
    for entry in ordered {
      guard entry.range.lowerBound == end else {
        let what =
          entry.range.lowerBound < end
          ? "overlap those before it, which end at \(end)"
          : "leave a hole behind those before it, which end at \(end)"
        throw CheckpointError(
          .corrupt, "its data_offsets \(entry.offsetsText) \(what)",
          at: .init(byte: entry.byte, key: entry.name))
      }
      end = entry.range.upperBound
    }
    return end
  }

  /// - Throws: `.corrupt` where the last tensor does not end where the file does.
  func checkEnd(of file: InputFile) throws(CheckpointError) {
    let (size, end) = (file.size - dataStart, dataEnd - dataStart)
    guard end == size else {
      throw CheckpointError(
        .corrupt,
        end > size
          ? "the tensors take \(end) bytes of data, but \(size) follow the header: the file is cut off"
          : "\(size - end) bytes follow the last tensor",
        at: .init(byte: dataStart + min(end, size)),
        // No reader of safetensors takes them.
        hint: end > size
          ? "download or copy the file again" : ForeignFile.head(dataEnd, of: file.path, rest: size - end))
    }
  }
}

extension SafetensorsHeader.Entry {
  fileprivate init(_ cursor: inout JSONCursor, _ name: Text, _ at: Int?) throws(CheckpointError) {
    func broken(_ reason: String) -> CheckpointError {
      CheckpointError(.corrupt, reason, at: .init(byte: at, key: name))
    }
    var type: Text?
    var shape: [Int]?
    var offsets: [Int]?
    guard cursor.peek() == UInt8(ascii: "{") else { throw broken("its entry in the header is no object") }
    try cursor.members { cursor, field, _ throws(CheckpointError) in
      switch field {
      case "dtype" where type == nil: type = try cursor.string()
      case "shape" where shape == nil: shape = try cursor.sizes()
      case "data_offsets" where offsets == nil: offsets = try cursor.sizes()
      case "dtype", "shape", "data_offsets": throw broken("its entry has `\(field)` twice")
      default: _ = try cursor.tree(depth: 2)
      }
    }
    guard let type, let shape, let offsets else {
      let missing = type == nil ? "dtype" : shape == nil ? "shape" : "data_offsets"
      throw broken("its entry has no `\(missing)`")
    }
    guard let known = type.ascii.flatMap(SafetensorsDType.init(rawValue:)) else {
      throw broken("its dtype `\(type)` is not known")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw broken("its data_offsets \(offsets) are not [begin, end]")
    }
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw broken("its shape \(shape) has more elements than 63 bits count") }
      count = product
    }
    let (bits, overflow) = count.multipliedReportingOverflow(by: known.bits)
    guard !overflow else { throw broken("its shape \(shape) has more bits than 63 bits count") }
    guard bits % 8 == 0 else {
      throw broken("\(count) values of \(known.bits) bits each do not fill whole bytes")
    }
    guard bits / 8 == offsets[1] - offsets[0] else {
      throw broken(
        "its shape \(shape) of \(type) takes \(bits / 8) bytes, its data_offsets \(offsets) "
          + "span \(offsets[1] - offsets[0])")
    }
    self.init(name: name, type: known, shape: shape, range: offsets[0]..<offsets[1], byte: at)
  }

  fileprivate var offsetsText: String { "[\(range.lowerBound), \(range.upperBound)]" }
}

extension JSONCursor {
  fileprivate mutating func sizes() throws(CheckpointError) -> [Int] {
    var sizes: [Int] = []
    try items { cursor throws(CheckpointError) in sizes.append(try cursor.size()) }
    return sizes
  }
}
