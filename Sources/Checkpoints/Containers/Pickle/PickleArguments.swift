// SPDX-License-Identifier: Apache-2.0

/// Reading an opcode's argument: every length is checked against the bytes that are there.
extension PickleMachine {
  mutating func take(_ count: Int) throws(CheckpointError) -> Range<Int> {
    guard count <= bytes.count - position else {
      endedEarly = true
      throw failure("\(count) bytes should follow, but only \(bytes.count - position) do")
    }
    defer { position += count }
    return position..<position + count
  }

  mutating func u8() throws(CheckpointError) -> UInt8 {
    guard position < bytes.count else { return bytes[try take(1).lowerBound] }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func u16() throws(CheckpointError) -> UInt16 {
    let at = try take(2).lowerBound
    return UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
  }

  mutating func u32() throws(CheckpointError) -> UInt32 {
    let at = try take(4).lowerBound
    return UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
      | UInt32(bytes[at + 3]) << 24
  }

  mutating func u64() throws(CheckpointError) -> UInt64 {
    let low = try u32()
    return UInt64(low) | UInt64(try u32()) << 32
  }

  mutating func length8() throws(CheckpointError) -> Int {
    let value = try u64()
    guard let length = Int(exactly: value) else { throw failure("a length of \(value) bytes") }
    return length
  }

  /// LONG4 and BINSTRING alone have signed lengths.
  mutating func signedLength4() throws(CheckpointError) -> Int {
    let length = Int32(bitPattern: try u32())
    guard length >= 0 else { throw failure("a negative length") }
    return Int(length)
  }

  /// A line of text, without its newline.
  mutating func line() throws(CheckpointError) -> ArraySlice<UInt8> {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else {
      endedEarly = true
      throw failure("its line of text does not end")
    }
    defer { position = end + 1 }
    return bytes[position..<end]
  }

  mutating func textLine() throws(CheckpointError) -> Text {
    let line = try line()
    guard let text = String(validating: line, as: UTF8.self) else { throw failure("its name is not UTF-8") }
    return Text(text)
  }

  /// The index that GET and PUT write in decimal.
  func index(_ line: ArraySlice<UInt8>) throws(CheckpointError) -> Int {
    guard let index = Int(String(decoding: line, as: UTF8.self)), index >= 0 else {
      throw failure("its index is no number")
    }
    return index
  }

  mutating func setProtocol(_ version: UInt8) throws(CheckpointError) {
    guard version <= 5 else { throw failure("protocol \(version); protocols 0 to 5 are read", .unsupported) }
    graph.protocolVersion = Int(version)
  }

  /// A frame only helps readers that buffer: it must fit, nothing more.
  mutating func checkFrame(_ length: Int) throws(CheckpointError) {
    guard length <= bytes.count - position else {
      endedEarly = true
      throw failure("a frame of \(length) bytes, but only \(bytes.count - position) follow")
    }
  }

  // MARK: Values

  mutating func pushBytes(
    _ count: Int, _ make: (ArraySlice<UInt8>) -> Node?
  ) throws(CheckpointError) {
    let range = try take(count)
    guard let node = make(bytes[range]) else { throw failure("its text is not UTF-8") }
    // Up to 15 bytes of text lie in the node itself.
    try push(add(node, extra: count < 16 ? 0 : count + 32))
  }

  mutating func pushInt(_ line: ArraySlice<UInt8>) throws(CheckpointError) {
    if line.elementsEqual("00".utf8) { return try push(.bool(false)) }
    if line.elementsEqual("01".utf8) { return try push(.bool(true)) }
    guard let node = PickleText.integer(line) else { throw badNumber(line) }
    try push(add(node, extra: line.count))
  }

  mutating func pushLong(_ line: ArraySlice<UInt8>) throws(CheckpointError) {
    let digits = line.last == UInt8(ascii: "L") ? line.dropLast() : line
    guard let node = PickleText.integer(digits) else { throw badNumber(digits) }
    try push(add(node, extra: line.count))
  }

  private func badNumber(_ line: ArraySlice<UInt8>) -> CheckpointError {
    if line.count > PickleText.digitLimit {
      return failure("an integer of more than \(PickleText.digitLimit) digits", .limit)
    }
    return failure("'\(String(decoding: line.prefix(40), as: UTF8.self))' is no integer")
  }

  mutating func pushFloat(_ line: ArraySlice<UInt8>) throws(CheckpointError) {
    guard let value = PickleText.float(line) else {
      throw failure("'\(String(decoding: line.prefix(40), as: UTF8.self))' is no number")
    }
    try push(.float(value))
  }

  mutating func pushQuoted(_ line: ArraySlice<UInt8>) throws(CheckpointError) {
    guard let text = PickleText.quoted(line) else { throw failure("its text is not a quoted string") }
    try push(add(PickleText.string(text[...]), extra: text.count))
  }

  mutating func pushRawUnicode(_ line: ArraySlice<UInt8>) throws(CheckpointError) {
    guard let node = PickleText.rawUnicode(line) else { throw failure("its text has a malformed escape") }
    try push(add(node, extra: line.count))
  }
}
