// SPDX-License-Identifier: Apache-2.0

/// Reads instructions one after the other out of a source of any size, through a window.
///
/// A source that must be decoded from its beginning for every piece is better held in memory.
struct PickleReader {
  /// What becomes of an argument that crosses the end of its frame.
  enum Crossing {
    /// It is read straight on, as if there were no frames: C from memory, pickletools.
    case readsOn
    /// What the frame has left is dropped, and the argument read behind it: C from a file, before 3.13.15 and 3.14.7.
    case dropsRest
  }

  private let source: ByteSource
  private let end: Int
  private let crossing: Crossing
  private(set) var position: Int
  /// Where the frame ends that `position` lies in; not beyond `position` where it lies in none.
  private var frameEnd = 0
  /// What readers disagree on in the instruction read last.
  private(set) var differences: [ReaderDifference] = []
  /// Whether reading failed because there are no more bytes.
  private(set) var ranOut = false

  private var window: [UInt8] = []
  private var base = 0
  private var windowSize = Self.firstWindow
  private static let firstWindow = 1 << 12
  private static let largestWindow = 1 << 20

  init(_ source: ByteSource, at offset: Int, crossing: Crossing = .readsOn) {
    self.source = source
    end = source.byteCount
    position = offset
    self.crossing = crossing
  }

  /// How many bytes the frame still has.
  var frameRest: Int { max(0, frameEnd - position) }

  /// The next instruction.
  ///
  /// - Throws: what stands there is no opcode, or its argument does not fit; or the source cannot be read.
  mutating func next() throws(CheckpointError) -> PickleInstruction {
    differences.removeAll(keepingCapacity: true)
    let offset = position
    guard offset < end else {
      ranOut = true
      throw CheckpointError(.corrupt, "the pickle ends early, without STOP", at: .init(byte: offset))
    }
    let first = try byte(at: offset)
    guard let opcode = PickleOpcode(rawValue: first) else {
      throw CheckpointError(
        .corrupt, "byte 0x\([first].hexadecimal) is no pickle opcode", at: .init(byte: offset))
    }
    position += 1
    let argument: PickleInstruction.Argument
    switch opcode.argument {
    case .nothing: argument = .nothing
    case .number(let size): argument = try .number(number(size, opcode, offset))
    case .counted(let size):
      let count = try number(size, opcode, offset)
      guard let count = Int(exactly: count) else {
        throw CheckpointError(.corrupt, "\(opcode.name): a length of \(count) bytes", at: .init(byte: offset))
      }
      argument = try .bytes(payload(count, opcode, offset))
    case .line: argument = try .line(line(opcode, offset))
    case .twoLines: argument = try twoLines(opcode, offset)
    }
    if opcode == .FRAME, case .number(let length) = argument { try beginFrame(length, offset) }
    return PickleInstruction(opcode: opcode, offset: offset, argument: argument)
  }

  /// Passes over bytes that are no opcodes; what follows lies in no frame.
  mutating func skip(_ count: Int) throws(CheckpointError) {
    guard count <= end - position else {
      ranOut = true
      throw CheckpointError(
        .corrupt, "\(count) bytes of an array should follow, but only \(end - position) do",
        at: .init(byte: position))
    }
    position += count
    frameEnd = 0
  }

  // MARK: Frames

  private mutating func beginFrame(_ length: UInt64, _ offset: Int) throws(CheckpointError) {
    guard let length = Int(exactly: length) else {
      throw CheckpointError(.corrupt, "FRAME: a length of \(length) bytes", at: .init(byte: offset))
    }
    let rest = frameRest
    if rest > 0 {
      differences.append(.frameInFrame(rest: rest))
      // C has the outer frame in its buffer, and drops it only for what is not there.
      if crossing == .dropsRest {
        if length <= rest { return }
        position = frameEnd
      }
    }
    if length > end - position { differences.append(.frameBeyondEnd(missing: length - (end - position))) }
    frameEnd = position + min(length, end - position)
  }

  /// The next `count` bytes, which a reader of frames asks for at once.
  private mutating func piece(
    _ count: Int, _ opcode: PickleOpcode, _ offset: Int
  ) throws(CheckpointError) -> Range<Int> {
    if position < frameEnd, count > frameEnd - position { crossFrame() }
    guard count <= end - position else {
      ranOut = true
      throw CheckpointError(
        .corrupt, "\(opcode.name): \(count) bytes should follow, but only \(end - position) do",
        at: .init(byte: offset))
    }
    defer { position += count }
    return position..<position + count
  }

  private mutating func crossFrame(droppingRest: Bool = true) {
    differences.append(.argumentCrossesFrame)
    if droppingRest, crossing == .dropsRest { position = frameEnd }
    frameEnd = 0
  }

  /// What follows a length. Of bytes, C takes what its buffer has, and the rest from the file.
  private mutating func payload(
    _ count: Int, _ opcode: PickleOpcode, _ offset: Int
  ) throws(CheckpointError) -> Range<Int> {
    switch opcode {
    case .BINBYTES, .SHORT_BINBYTES, .BINBYTES8, .BYTEARRAY8:
      if position < frameEnd, count > frameEnd - position { crossFrame(droppingRest: false) }
    default: break
    }
    return try piece(count, opcode, offset)
  }

  private mutating func number(
    _ size: Int, _ opcode: PickleOpcode, _ offset: Int
  ) throws(CheckpointError) -> UInt64 {
    var value: UInt64 = 0
    for (index, at) in try piece(size, opcode, offset).enumerated() {
      value |= UInt64(try byte(at: at)) << UInt64(8 * index)
    }
    return value
  }

  /// The next line; of the last one that has no newline what `pickle.py` makes of it: all but its last byte.
  private mutating func line(_ opcode: PickleOpcode, _ offset: Int) throws(CheckpointError) -> Range<Int> {
    var newline = try newline(from: position)
    if position < frameEnd, newline ?? end >= frameEnd {
      crossFrame()
      newline = try self.newline(from: position)
    }
    let start = position
    if let newline {
      position = newline + 1
      return start..<newline
    }
    guard start < end else {
      ranOut = true
      throw CheckpointError(
        .corrupt, "\(opcode.name): its line of text does not end", at: .init(byte: offset))
    }
    if !differences.contains(.lineWithoutEnd) { differences.append(.lineWithoutEnd) }
    position = end
    return start..<end - 1
  }

  /// A module and a name in it. `pickle.py` takes no name at all for an empty one, and has loaded the module by then.
  private mutating func twoLines(
    _ opcode: PickleOpcode, _ offset: Int
  ) throws(CheckpointError) -> PickleInstruction.Argument {
    let module = try nameLine(opcode, offset)
    guard position < end || module.isEmpty else {
      if !differences.contains(.lineWithoutEnd) { differences.append(.lineWithoutEnd) }
      return .twoLines(module, end..<end)
    }
    return try .twoLines(module, nameLine(opcode, offset))
  }

  /// The most bytes that a module, or what is in it, can be called by.
  private static let longestName = 1 << 16

  private mutating func nameLine(_ opcode: PickleOpcode, _ offset: Int) throws(CheckpointError) -> Range<Int>
  {
    if try newline(from: position, before: position + Self.longestName) == nil,
      end - position > Self.longestName
    {
      throw CheckpointError(
        .corrupt, "\(opcode.name): its name has more than \(Self.longestName) bytes", at: .init(byte: offset))
    }
    return try line(opcode, offset)
  }

  private mutating func newline(
    from start: Int, before limit: Int = .max
  ) throws(CheckpointError) -> Int? {
    var at = start
    while at < min(end, limit) {
      try load(at)
      if let index = window[(at - base)...].firstIndex(of: UInt8(ascii: "\n")) {
        return base + index < limit ? base + index : nil
      }
      at = base + window.count
    }
    return nil
  }

  // MARK: Bytes

  private mutating func byte(at offset: Int) throws(CheckpointError) -> UInt8 {
    if offset < base || offset >= base + window.count { try load(offset) }
    return window[offset - base]
  }

  /// Has the window hold the byte at `offset`, and mostly what follows.
  private mutating func load(_ offset: Int, _ count: Int = 1) throws(CheckpointError) {
    if offset >= base, offset + count <= base + window.count { return }
    window = []
    window = try source.read(offset..<min(end, offset + max(count, windowSize)))
    base = offset
    windowSize = min(2 * windowSize, Self.largestWindow)
  }

  /// What lies in a range that was read over.
  mutating func bytes(_ range: Range<Int>) throws(CheckpointError) -> ArraySlice<UInt8> {
    if range.isEmpty { return [] }
    // What lies behind is a visit: the window stays where reading goes on.
    if range.lowerBound < base || range.count > Self.largestWindow { return try source.read(range)[...] }
    try load(range.lowerBound, range.count)
    return window[range.lowerBound - base..<range.upperBound - base]
  }
}
