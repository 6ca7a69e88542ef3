// SPDX-License-Identifier: Apache-2.0

/// Numbers and texts: what stands in the pickle itself.
extension PickleExaminer {
  /// The most digits that are looked at: some version of Python takes any number of them.
  static let longestNumber = 1 << 16

  mutating func pushNumber(
    _ line: Range<Int>, _ readers: (ArraySlice<UInt8>) -> PickledNumber.Readers
  ) throws(CheckpointError) {
    guard line.count <= Self.longestNumber else { return try push(ExaminedValues.plain) }
    let takes = readers(try bytes(line))
    guard takes.c || takes.python else { throw failure("its text is no number") }
    if takes.c != takes.python { differ(.number) }
    try pushLiteral(instruction)
  }

  /// LONG4's length has a sign, for all readers.
  mutating func pushLong(_ range: Range<Int>) throws(CheckpointError) {
    guard range.count <= Int(Int32.max) else { throw failure("a negative length") }
    guard range.count <= Self.longestNumber else { return try push(ExaminedValues.plain) }
    try push(isZero(bytes: range) ? ExaminedValues.zero : ExaminedValues.plain)
  }

  /// NONE, or a number or truth: whether it counts as false is all that readers make a difference by.
  mutating func plain(_ instruction: PickleInstruction) throws(CheckpointError) -> ID {
    switch (instruction.opcode, instruction.argument) {
    case (.NONE, _): ExaminedValues.none
    case (.NEWFALSE, _), (_, .number(0)): ExaminedValues.zero
    case (.LONG1, .bytes(let range)): try isZero(bytes: range) ? ExaminedValues.zero : ExaminedValues.plain
    case (_, .line(let line)): try isZero(digits: line) ? ExaminedValues.zero : ExaminedValues.plain
    default: ExaminedValues.plain
    }
  }

  private mutating func isZero(bytes range: Range<Int>) throws(CheckpointError) -> Bool {
    try bytes(range).allSatisfy { $0 == 0 }
  }

  /// Whether a text for a number has no digit but zeros.
  private mutating func isZero(digits line: Range<Int>) throws(CheckpointError) -> Bool {
    try bytes(line).allSatisfy { byte in
      !(UInt8(ascii: "1")...UInt8(ascii: "9") ~= byte)
        && !(UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20)
    }
  }

  mutating func pushText(_ range: Range<Int>, _ kind: ExaminedText.Kind) throws(CheckpointError) {
    // An escape takes up to ten bytes for a letter.
    let most = kind == .utf8 || kind == .eightBit ? nameLimit : 10 * nameLimit
    let isCut = range.count > most
    let kept = try bytes(isCut ? range.lowerBound..<range.lowerBound + most : range)
    if !isCut { try check(kept, kind) }
    try charge(kept.count)
    let letters = values.keep(kept)
    try push(.text(ExaminedText(kind: kind, kept: letters, isCut: isCut, origin: range)))
  }

  /// Ends where no reader would go on.
  private func check(_ bytes: ArraySlice<UInt8>, _ kind: ExaminedText.Kind) throws(CheckpointError) {
    switch kind {
    case .eightBit: return
    case .utf8:
      guard bytes.allSatisfy({ $0 < 0x80 }) || Text(utf8: bytes) != nil else {
        throw failure("its text is not UTF-8")
      }
    case .quoted:
      guard PickleText.quoted(bytes) != nil else { throw failure("its text is not a quoted string") }
    case .rawUnicode:
      guard !bytes.contains(UInt8(ascii: "\\")) || PickleText.rawUnicode(bytes) != nil else {
        throw failure("its text has a malformed escape")
      }
    }
  }

  /// A text as a part of a name: of a long one the beginning.
  mutating func text(_ text: ExaminedText) -> Text {
    let letters = values.letters(text.kept)
    if text.isCut {
      note(.longName)
      return Text(String(decoding: letters.prefix(nameLimit), as: UTF8.self))
    }
    switch text.kind {
    case .utf8: return whole(Text(utf8: letters) ?? "")
    case .eightBit: return eightBit(letters)
    case .quoted: return eightBit((PickleText.quoted(letters) ?? [])[...])
    case .rawUnicode:
      guard case .string(let text)? = PickleText.rawUnicode(letters) else { return "" }
      return whole(text)
    }
  }

  private mutating func eightBit(_ letters: ArraySlice<UInt8>) -> Text {
    if letters.contains(where: { $0 >= 0x80 }) { differ(.encodedName) }
    if let text = Text(utf8: letters) { return whole(text) }
    return whole(Text(String(String.UnicodeScalarView(letters.map { Unicode.Scalar($0) }))))
  }

  /// The text, or as much of it as a name may have.
  private mutating func whole(_ text: Text) -> Text {
    guard text.count > nameLimit else { return text }
    note(.longName)
    return Text(String(decoding: text.bytes.prefix(nameLimit), as: UTF8.self))
  }

  /// A line of GLOBAL or INST.
  mutating func nameLine(_ line: Range<Int>) throws(CheckpointError) -> Text {
    let isCut = line.count > nameLimit
    let bytes = try bytes(isCut ? line.lowerBound..<line.lowerBound + nameLimit : line)
    if isCut {
      note(.longName)
      return Text(String(decoding: bytes, as: UTF8.self))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("its name is not UTF-8") }
    return Text(text)
  }
}
