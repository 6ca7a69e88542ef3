// SPDX-License-Identifier: Apache-2.0

/// Runs a pickle over values of which no more is known than where names, bytes and calls come from.
///
/// It goes on where C's `_pickle` or Python's `pickle.py` would, and ends where neither does: what it follows beyond them
/// shows more names, never fewer.
struct PickleExaminer {
  typealias ID = PickleGraph.ID

  var reader: PickleReader
  let source: ByteSource
  let limits: PickleLimits
  /// The most bytes of a module or of a name in it that are kept.
  let nameLimit: Int
  var found = PickleExamination()
  var values = ExaminedValues()
  var stack: [ID] = []
  var marks: [Int] = []
  var memo = PickleMemo()
  /// What is being followed, for errors.
  private(set) var instruction = PickleInstruction(opcode: .STOP, offset: 0, argument: .nothing)

  /// Names of which each use counts, with how many uses are told by nothing but the name.
  var counted: [(id: ID, name: Int, uses: Int)] = []
  /// Nil where pickles are followed as all but joblib's unpickler do it.
  var arrays: ArrayUses?

  private var memoryUsed = 0
  private var nameIndexes: [GlobalName: Int] = [:]
  /// Of each name that was found.
  private(set) var roles: [CallRole?] = []
  private var seen: Set<PickleExamination.Oddity> = []
  private var seenIDs: Set<PersistentID> = []

  init(
    _ reader: PickleReader, _ source: ByteSource, _ limits: PickleLimits, arrays: ArrayUses? = nil
  ) {
    self.reader = reader
    self.arrays = arrays
    self.source = source
    self.limits = limits
    nameLimit = min(limits.name, 1 << 16)
  }

  /// Follows opcodes until none is left that a reader would follow.
  mutating func run() {
    defer { settleCounted() }
    do throws(CheckpointError) {
      while true {
        guard found.opcodeCount < limits.opcodes else { throw bound("more than \(limits.opcodes) opcodes") }
        let next = try read()
        found.opcodeCount += 1
        if found.first == nil { found.first = next.opcode }
        instruction = next
        if next.opcode == .STOP { return found.end = try stop() }
        try step(next)
      }
    } catch {
      found.end = reader.ranOut ? .cut(error) : .broken(error)
    }
  }

  /// What an instruction that does not fit says of frames is told too.
  private mutating func read() throws(CheckpointError) -> PickleInstruction {
    let offset = reader.position
    defer { for difference in reader.differences { note(.readersDiffer(difference), at: offset) } }
    return try reader.next()
  }

  private mutating func stop() throws(CheckpointError) -> PickleExamination.End {
    _ = try pop()
    let rest = reader.frameRest
    guard rest > 0 else { return .stop(behind: reader.position, behindFrame: nil) }
    differ(.stopInFrame(rest: rest))
    return .stop(behind: reader.position, behindFrame: reader.position + rest)
  }

  private mutating func step(_ instruction: PickleInstruction) throws(CheckpointError) {
    switch (instruction.opcode, instruction.argument) {
    case (.PROTO, .number(let version)): try setProtocol(version)
    case (.FRAME, _), (.STOP, _): break

    case (.NONE, _), (.NEWTRUE, _), (.NEWFALSE, _), (.BININT, _), (.BININT1, _), (.BININT2, _),
      (.LONG1, _):
      try pushLiteral(instruction)
    case (.BINFLOAT, .number(let value)):
      try push(Double(bitPattern: value.byteSwapped) == 0 ? ExaminedValues.zero : ExaminedValues.plain)
    case (.BYTEARRAY8, _): try push(ExaminedValues.plain)
    case (.EMPTY_LIST, _): try push(.plain(.emptyList))
    case (.EMPTY_SET, _): try push(.plain(.emptySet))
    case (.EMPTY_DICT, _): try pushDictionary()
    case (.LONG4, .bytes(let range)): try pushLong(range)
    case (.INT, .line(let line)): try pushNumber(line) { PickledNumber.integer($0) }
    case (.LONG, .line(let line)): try pushNumber(line) { PickledNumber.long($0) }
    case (.FLOAT, .line(let line)): try pushNumber(line) { PickledNumber.float($0) }

    case (.STRING, .line(let line)): try pushText(line, .quoted)
    case (.UNICODE, .line(let line)): try pushText(line, .rawUnicode)
    case (.BINSTRING, .bytes(let range)):
      if range.count > Int(Int32.max) { differ(.signedLength) }
      try pushText(range, .eightBit)
    case (.SHORT_BINSTRING, .bytes(let range)): try pushText(range, .eightBit)
    case (.BINUNICODE, .bytes(let range)), (.SHORT_BINUNICODE, .bytes(let range)),
      (.BINUNICODE8, .bytes(let range)):
      try pushText(range, .utf8)
    case (.BINBYTES, .bytes(let range)), (.SHORT_BINBYTES, .bytes(let range)),
      (.BINBYTES8, .bytes(let range)):
      try push(.bytes(range, .asTheyAre))

    case (.EMPTY_TUPLE, _): try pushTuple(from: stack.count)
    case (.TUPLE1, _): try pushTuple(from: last(1))
    case (.TUPLE2, _): try pushTuple(from: last(2))
    case (.TUPLE3, _): try pushTuple(from: last(3))
    case (.TUPLE, _): try pushTuple(from: popMark())
    case (.LIST, _): try pushList(from: popMark())
    case (.FROZENSET, _): try pushFrozenSet(from: popMark())
    case (.DICT, _): try pushDictionary(from: popMark())
    case (.APPEND, _): try fill(from: last(1))
    case (.SETITEM, _): try fill(from: last(2))
    case (.APPENDS, _), (.SETITEMS, _), (.ADDITEMS, _): try fill(from: popMark())

    case (.MARK, _): try pushMark()
    case (.POP, _): try popItemOrMark()
    case (.POP_MARK, _): drop(from: try popMark())
    case (.DUP, _): try duplicate()
    case (.GET, .line(let line)): try get(index(line))
    case (.BINGET, .number(let index)), (.LONG_BINGET, .number(let index)): try get(Int(exactly: index))
    case (.PUT, .line(let line)): try put(index(line))
    case (.BINPUT, .number(let index)), (.LONG_BINPUT, .number(let index)): try put(Int(exactly: index))
    case (.MEMOIZE, _): try put(memo.count)

    case (.GLOBAL, .twoLines(let module, let name)): try pushName(self.name(module, name))
    case (.STACK_GLOBAL, _): try pushStackGlobal()
    case (.EXT1, .number(let code)), (.EXT2, .number(let code)), (.EXT4, .number(let code)):
      try pushExtension(Int32(truncatingIfNeeded: code))
    case (.PERSID, .line(let line)): try pushPersistent(line)
    case (.BINPERSID, _): try pushPersistent(pop())
    case (.REDUCE, _): try reduce()
    case (.NEWOBJ, _): try makeObject(from: last(2))
    case (.NEWOBJ_EX, _): try makeObject(from: last(3))
    case (.INST, .twoLines(let module, let name)): try pushInstance(module, name)
    case (.OBJ, _): try pushObject()
    case (.BUILD, _): try build()
    case (.NEXT_BUFFER, _):
      note(.outsideBuffer)
      try push(ExaminedValues.unknown)
    case (.READONLY_BUFFER, _): _ = try top()
    default: throw failure("its argument is not what it should be")
    }
  }

  private mutating func setProtocol(_ version: UInt64) throws(CheckpointError) {
    if version > 5 { differ(.protocolNumber(Int(version))) }
    found.protocolVersion = Int(version)
  }

  // MARK: What is told

  func failure(_ reason: String, _ code: CheckpointError.Code = .corrupt) -> CheckpointError {
    CheckpointError(code, "\(instruction.opcode.name): \(reason)", at: .init(byte: instruction.offset))
  }

  mutating func note(_ oddity: PickleExamination.Oddity, at offset: Int? = nil) {
    // A file may hold as many numbers as it likes.
    guard seen.count < 1000, seen.insert(oddity).inserted else { return }
    found.oddities.append(.init(oddity: oddity, offset: offset ?? instruction.offset))
  }

  mutating func differ(_ difference: ReaderDifference) { note(.readersDiffer(difference)) }

  /// The number of a name, which is kept once.
  mutating func note(_ name: GlobalName, at offset: Int? = nil) throws(CheckpointError) -> Int {
    if let index = nameIndexes[name] { return index }
    try charge(400 + 2 * (name.module.count + name.name.count))
    nameIndexes[name] = found.names.count
    found.names.append(.init(name: name, offset: offset ?? instruction.offset))
    roles.append(CallRole.of(name))
    return found.names.count - 1
  }

  mutating func note(_ id: PersistentID) throws(CheckpointError) {
    guard seenIDs.insert(id).inserted else { return }
    try charge(200 + 80 * id.parts.count)
    found.persistentIDs.append(id)
  }

  // MARK: Memory

  mutating func charge(_ count: Int) throws(CheckpointError) {
    memoryUsed += count
    if memoryUsed > limits.memory { throw bound("the pickle needs more than \(limits.memory >> 20) MiB") }
  }

  mutating func bytes(_ range: Range<Int>) throws(CheckpointError) -> ArraySlice<UInt8> {
    try reader.bytes(range)
  }
}
