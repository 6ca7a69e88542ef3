// SPDX-License-Identifier: Apache-2.0

/// Why bytes are no UTF-8 text, and what they look like instead.
enum TextFault: Equatable {
  /// Another encoding, by the name that `iconv` knows, and where the first byte lies that shows it.
  case encoding(name: String, iconv: String, at: Int)
  /// A byte that UTF-8 does not have, in a text that else is UTF-8.
  case broken(at: Int)
  case nul(at: Int)
  /// A byte order mark at the beginning of a later line.
  case innerMark(at: Int)

  static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Nil where the bytes are UTF-8 text, with or without a mark.
  init?(_ bytes: [UInt8]) {
    if let wide = Self.marked(bytes) ?? Self.unmarked(bytes) {
      self = .encoding(name: wide.name, iconv: wide.iconv, at: 0)
    } else if let at = bytes.firstIndex(of: 0) {
      self = .nul(at: at)
    } else if let at = UTF8Sequences.firstFault(bytes) {
      self = Self.narrow(bytes, at)
    } else if let at = Self.innerMark(bytes) {
      self = .innerMark(at: at)
    } else {
      return nil
    }
  }

  /// Whether the beginning of a file is text of UTF-16 or UTF-32: by its mark, or by a `{`, a letter or a quote and
  /// zeros on one side.
  static func isWide(_ start: some Collection<UInt8>) -> Bool {
    let start = Array(start.prefix(start.count & ~3))
    if marked(start) != nil { return true }
    guard let wide = unmarked(start) else { return false }
    let first = wide.iconv.hasSuffix("BE") ? start.first { $0 != 0 } : start.first
    return first.map { (0x20..<0x7F).contains($0) } ?? false
  }

  /// UTF-16 and UTF-32 by their marks.
  private static func marked(_ bytes: [UInt8]) -> (name: String, iconv: String)? {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      return ("UTF-32", "UTF-32")
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return ("UTF-16", "UTF-16") }
    return nil
  }

  /// UTF-16 and UTF-32 without a mark: text has line ends, digits, commas, whose other bytes are zeros, nearly all of them
  /// on one side.
  private static func unmarked(_ bytes: [UInt8]) -> (name: String, iconv: String)? {
    let start = Array(bytes.prefix(1 << 16))
    guard start.contains(0), start.count >= 4, start.count % 2 == 0 else { return nil }
    func unit(_ at: Int, _ width: Int, isLittle: Bool) -> UInt32 {
      (0..<width).reduce(0) { $0 << 8 | UInt32(start[at + (isLittle ? width - 1 - $1 : $1)]) }
    }
    if start.count % 4 == 0 {
      for isLittle in [true, false] {
        let values = stride(from: 0, to: start.count, by: 4).map { unit($0, 4, isLittle: isLittle) }
        // Characters are assigned in planes 0 to 3, but for tags and selectors that no list has.
        if values.allSatisfy({ !isControl($0) && $0 < 0x40000 && Unicode.Scalar($0) != nil }) {
          return isLittle ? ("UTF-32, little-endian", "UTF-32LE") : ("UTF-32, big-endian", "UTF-32BE")
        }
      }
    }
    let zeros = (0..<2).map { side in stride(from: side, to: start.count, by: 2).count { start[$0] == 0 } }
    guard zeros[0] * 2 < zeros[1] || zeros[1] * 2 < zeros[0] else { return nil }
    let isLittle = zeros[1] > zeros[0]
    let units = stride(from: 0, to: start.count, by: 2).map { UInt16(unit($0, 2, isLittle: isLittle)) }
    // The last pair may be cut where only the beginning is looked at.
    guard !units.contains(where: { isControl(UInt32($0)) }),
      String(validating: units.dropLast(), as: UTF16.self) != nil
    else { return nil }
    return isLittle ? ("UTF-16, little-endian", "UTF-16LE") : ("UTF-16, big-endian", "UTF-16BE")
  }

  /// What no text has but for white space.
  private static func isControl(_ value: UInt32) -> Bool { value < 0x20 && !(0x09...0x0D).contains(value) }

  /// An encoding of single bytes or pairs, told by how its high bytes stand.
  private static func narrow(_ bytes: [UInt8], _ at: Int) -> TextFault {
    let sequences = UTF8Sequences(bytes)
    if sequences.valid >= sequences.faults { return .broken(at: at) }
    let chinese = GBKSequences(bytes)
    if chinese.isText { return .encoding(name: "GBK", iconv: chinese.needsFour ? "GB18030" : "GBK", at: at) }
    // Windows has letters and quotes where Latin-1 has control characters.
    let isWindows = bytes.contains { (0x80...0x9F).contains($0) }
    return .encoding(
      name: isWindows ? "Windows-1252" : "Latin-1", iconv: isWindows ? "WINDOWS-1252" : "ISO-8859-1", at: at)
  }

  private static func innerMark(_ bytes: [UInt8]) -> Int? {
    var from = mark.count
    while from < bytes.count, let at = bytes[from...].firstIndex(of: mark[0]) {
      let before = bytes[at - 1]
      if before == UInt8(ascii: "\n") || before == UInt8(ascii: "\r"), bytes[at...].starts(with: mark) {
        return at
      }
      from = at + 1
    }
    return nil
  }
}

extension TextFault {
  /// The error, with its line and what to do.
  func error(in bytes: [UInt8], name: String?) -> CheckpointError {
    let name = name ?? "FILE"
    let file = ShellWords.safe(Text(name))
    let output = ShellWords.safe(Text(Self.renamed(name)))
    switch self {
    case .encoding(let encoding, let iconv, let at):
      return CheckpointError(
        .corrupt, "the bytes are not UTF-8; they look like \(encoding)", at: Self.place(at, bytes, iconv),
        hint: "`iconv -f \(iconv) -t UTF-8 \(file) > \(output)`")
    case .broken(let at):
      return CheckpointError(
        .corrupt, "the bytes are not UTF-8, though the rest of the file is", at: Self.place(at, bytes),
        hint:
          "write the line anew; `iconv -f UTF-8 -t UTF-8 -c \(file) > \(output)` leaves out what is broken")
    case .nul(let at):
      return CheckpointError(
        .corrupt, "a NUL byte stands there: this is no text", at: Self.place(at, bytes))
    case .innerMark(let at):
      return CheckpointError(
        .corrupt, "a byte order mark stands at the beginning of the line, where two files were joined",
        at: Self.place(at, bytes), hint: "`sed 's/^\\xEF\\xBB\\xBF//' \(file) > \(output)`")
    }
  }

  /// Where a byte lies. Lines of UTF-16 and UTF-32 are not counted.
  private static func place(_ at: Int, _ bytes: [UInt8], _ iconv: String = "") -> CheckpointError.Location {
    if iconv.hasPrefix("UTF-") { return .init() }
    var lines = 1
    for (index, byte) in bytes[..<at].enumerated() {
      let isEnd =
        byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && bytes[index + 1] != UInt8(ascii: "\n"))
      if isEnd { lines += 1 }
    }
    return .init(member: "line \(lines)", byte: at)
  }

  /// `a.utf8.csv` for `a.csv`.
  private static func renamed(_ name: String) -> String {
    let bytes = Array(name.utf8)
    let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    let dot = bytes[start...].lastIndex(of: UInt8(ascii: "."))
    let end = dot.flatMap { $0 > start ? $0 : nil } ?? bytes.count
    return String(decoding: bytes[..<end], as: UTF8.self) + ".utf8"
      + String(decoding: bytes[end...], as: UTF8.self)
  }
}
