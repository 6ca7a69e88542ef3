// SPDX-License-Identifier: Apache-2.0

/// A few instructions around a place, as `pickletools.dis` writes them.
package struct PickleDisassembly {
  /// One instruction.
  package struct Line: Hashable, Sendable {
    /// Where its opcode lies, in the source.
    package var offset: Int
    /// The opcode as `pickletools` names it.
    package var opcode: String
    /// Its argument, safe to show and cut; nil where it has none.
    package var argument: String?

    /// `   11: GLOBAL     'os system'`.
    package var text: String {
      let number = "\(offset)"
      let start = String(repeating: " ", count: max(0, 7 - number.utf8.count)) + number + ": " + opcode
      guard let argument else { return start }
      return start + String(repeating: " ", count: max(0, 10 - opcode.utf8.count)) + " " + argument
    }
  }

  private let source: ByteSource
  private let start: Int
  /// The most instructions that are read to find those before a place.
  private static let mostOpcodes = 1 << 24

  /// - Parameter start: where the pickle begins.
  package init(_ source: ByteSource, from start: Int = 0) {
    self.source = source
    self.start = start
  }

  /// The lines around each place, for places in any order; fewer where the pickle begins, ends or breaks.
  ///
  /// - Parameters:
  ///   - offsets: where opcodes lie. One that only another way of reading frames comes upon has none before it.
  ///   - before, after: how many lines beside its own.
  package func lines(around offsets: [Int], before: Int = 3, after: Int = 2) -> [Int: [Line]] {
    var wanted = Set(offsets)
    var found: [Int: [Line]] = [:]
    var reader = PickleReader(source, at: start)
    var last: [PickleInstruction] = []
    var left = Self.mostOpcodes
    while !wanted.isEmpty, left > 0 {
      left -= 1
      let position = reader.position
      if wanted.remove(position) != nil {
        let lines = last.suffix(before).map { Self.line($0, &reader) }
        found[position] = lines + following(position, 1 + after)
      }
      guard let next = try? reader.next(), next.opcode != .STOP else { break }
      if last.count >= 2 * before { last.removeFirst(last.count - before) }
      last.append(next)
    }
    for offset in wanted { found[offset] = following(offset, 1 + after) }
    return found
  }

  private func following(_ offset: Int, _ count: Int) -> [Line] {
    var reader = PickleReader(source, at: offset)
    var lines: [Line] = []
    while lines.count < count, let next = try? reader.next() {
      lines.append(Self.line(next, &reader))
      if next.opcode == .STOP { break }
    }
    return lines
  }

  // MARK: Arguments

  private static let mostLetters = 60

  private static func line(_ instruction: PickleInstruction, _ reader: inout PickleReader) -> Line {
    Line(
      offset: instruction.offset, opcode: instruction.opcode.name, argument: argument(instruction, &reader))
  }

  private static func argument(_ instruction: PickleInstruction, _ reader: inout PickleReader) -> String? {
    switch (instruction.argument, instruction.opcode) {
    case (.nothing, _): nil
    case (.number(let value), .BININT), (.number(let value), .EXT4): "\(Int32(truncatingIfNeeded: value))"
    case (.number(let value), .BINFLOAT): "\(Double(bitPattern: value.byteSwapped))"
    case (.number(let value), _): "\(value)"
    case (.line(let line), _): "'" + text(line, &reader) + "'"
    case (.twoLines(let module, let name), _): "'" + text(module, &reader) + " " + text(name, &reader) + "'"
    case (.bytes(let range), .LONG1), (.bytes(let range), .LONG4): integer(range, &reader)
    case (.bytes(let range), .BINUNICODE), (.bytes(let range), .SHORT_BINUNICODE),
      (.bytes(let range), .BINUNICODE8), (.bytes(let range), .BINSTRING),
      (.bytes(let range), .SHORT_BINSTRING):
      "'" + text(range, &reader) + "'"
    case (.bytes(let range), .BYTEARRAY8): "bytearray(b'" + letters(range, &reader) + "')"
    case (.bytes(let range), _): "b'" + letters(range, &reader) + "'"
    }
  }

  /// The beginning of what stands there.
  private static func start(_ range: Range<Int>, _ reader: inout PickleReader) -> ArraySlice<UInt8> {
    (try? reader.bytes(range.lowerBound..<min(range.upperBound, range.lowerBound + mostLetters))) ?? []
  }

  private static func text(_ range: Range<Int>, _ reader: inout PickleReader) -> String {
    let shown = PlainText.of(Text(part: start(range, &reader)).shown)
    return shown.replacing("'", with: "\\'") + (range.count > mostLetters ? "..." : "")
  }

  private static func letters(_ range: Range<Int>, _ reader: inout PickleReader) -> String {
    var shown = ""
    for byte in start(range, &reader) {
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\\"): shown += "\\" + String(Unicode.Scalar(byte))
      case 0x20..<0x7F: shown.unicodeScalars.append(Unicode.Scalar(byte))
      default: shown += "\\x" + [byte].hexadecimal
      }
    }
    return shown + (range.count > mostLetters ? "..." : "")
  }

  private static func integer(_ range: Range<Int>, _ reader: inout PickleReader) -> String {
    guard range.count <= 8, case .int(let value) = PickleText.long(start(range, &reader)) else {
      return "an integer of \(range.count) bytes"
    }
    return "\(value)"
  }
}
