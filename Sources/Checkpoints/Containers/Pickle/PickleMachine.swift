// SPDX-License-Identifier: Apache-2.0

/// Runs a pickle of any protocol to a `PickleGraph`, without ever naming, loading or calling a thing.
///
/// The rules are CPython's (`Modules/_pickle.c`), made strict: what CPython would only notice when a class is
/// called with wrong arguments is an error here. It never recurses, and `PickleLimits` bound what it takes.
package struct PickleMachine {
  typealias ID = PickleGraph.ID
  typealias Node = PickleGraph.Node

  /// Whether `run` failed because it ran out of bytes: more of the file may be all that it needs.
  package internal(set) var endedEarly = false

  let bytes: [UInt8]
  let limits: PickleLimits
  var graph = PickleGraph()
  var stack: [ID] = []
  var marks: [Int] = []
  var memo = PickleMemo()
  var position: Int
  let start: Int
  /// What is being executed, for errors.
  private(set) var opcode = PickleOpcode.MARK
  private(set) var opcodePosition: Int
  private var memoryLeft: Int
  private var itemsLeft: Int

  // NONE, NEWTRUE and NEWFALSE have no identity to keep: three nodes serve them all.
  private static let none = ID(0)
  private static let yes = ID(1)
  private static let no = ID(2)

  package init(_ bytes: [UInt8], from start: Int = 0, limits: PickleLimits = .standard) {
    self.bytes = bytes
    self.start = start
    self.limits = limits
    position = start
    opcodePosition = start
    memoryLeft = limits.memory
    itemsLeft = limits.items
    // Room at first for what a pickle of this size mostly builds. One that begins further on is one of many, of which
    // each may be small.
    graph.nodes.reserveCapacity(start == 0 ? min(bytes.count / 8, 1 << 20) : 16)
    graph.nodes += [.none, .bool(true), .bool(false)]
  }

  package static func run(
    _ bytes: [UInt8], from start: Int = 0, limits: PickleLimits = .standard
  ) throws(CheckpointError) -> PickleGraph {
    var machine = PickleMachine(bytes, from: start, limits: limits)
    return try machine.run()
  }

  /// Executes up to STOP. A machine runs once.
  package mutating func run() throws(CheckpointError) -> PickleGraph {
    var left = limits.opcodes
    while true {
      opcodePosition = position
      guard position < bytes.count else {
        endedEarly = true
        throw CheckpointError(
          .corrupt, "the pickle ends early, without STOP", at: .init(byte: position),
          hint: "the file may be cut short: download or copy it again")
      }
      guard let opcode = PickleOpcode(rawValue: bytes[position]) else {
        throw CheckpointError(
          .corrupt, "byte 0x\([bytes[position]].hexadecimal) is no pickle opcode", at: .init(byte: position))
      }
      self.opcode = opcode
      position += 1
      left -= 1
      if left < 0 { throw bound("more than \(limits.opcodes) opcodes") }
      if opcode == .STOP {
        graph.root = try pop()
        graph.byteCount = position - start
        return graph
      }
      try step(opcode)
    }
  }

  private mutating func step(_ opcode: PickleOpcode) throws(CheckpointError) {
    switch opcode {
    case .STOP: break
    case .PROTO: try setProtocol(u8())
    case .FRAME: try checkFrame(length8())

    case .NONE: try push(Self.none)
    case .NEWTRUE: try push(Self.yes)
    case .NEWFALSE: try push(Self.no)
    case .INT: try pushInt(line())
    case .BININT: try push(.int(Int64(Int32(bitPattern: u32()))))
    case .BININT1: try push(.int(Int64(u8())))
    case .BININT2: try push(.int(Int64(u16())))
    case .LONG: try pushLong(line())
    case .LONG1: try pushBytes(Int(u8())) { PickleText.long($0) }
    case .LONG4: try pushBytes(signedLength4()) { PickleText.long($0) }
    case .FLOAT: try pushFloat(line())
    case .BINFLOAT: try push(.float(Double(bitPattern: u64().byteSwapped)))

    case .STRING: try pushQuoted(line())
    case .BINSTRING: try pushBytes(signedLength4()) { PickleText.string($0) }
    case .SHORT_BINSTRING: try pushBytes(Int(u8())) { PickleText.string($0) }
    case .UNICODE: try pushRawUnicode(line())
    case .BINUNICODE: try pushBytes(Int(u32())) { PickleText.unicode($0) }
    case .SHORT_BINUNICODE: try pushBytes(Int(u8())) { PickleText.unicode($0) }
    case .BINUNICODE8: try pushBytes(length8()) { PickleText.unicode($0) }
    case .BINBYTES: try pushBytes(Int(u32())) { .bytes(Array($0)) }
    case .SHORT_BINBYTES: try pushBytes(Int(u8())) { .bytes(Array($0)) }
    case .BINBYTES8: try pushBytes(length8()) { .bytes(Array($0)) }
    case .BYTEARRAY8: try pushBytes(length8()) { .bytearray(Array($0)) }

    case .EMPTY_TUPLE: try push(.tuple([]))
    case .TUPLE1: try pushTuple(ofLast: 1)
    case .TUPLE2: try pushTuple(ofLast: 2)
    case .TUPLE3: try pushTuple(ofLast: 3)
    case .TUPLE: try push(.tuple(popToMark()))
    case .EMPTY_LIST: try push(.list([]))
    case .LIST: try push(.list(popToMark()))
    case .EMPTY_DICT: try push(.dict([]))
    case .DICT: try pushDict()
    case .EMPTY_SET: try push(.set([]))
    case .FROZENSET: try push(.frozenset(popToMark()))
    case .APPEND: try append(from: stack.count - 1)
    case .APPENDS: try append(from: popMark())
    case .SETITEM: try setItems(from: stack.count - 2)
    case .SETITEMS: try setItems(from: popMark())
    case .ADDITEMS: try addItems(from: popMark())

    case .MARK: try pushMark()
    case .POP: try popItemOrMark()
    case .POP_MARK: drop(from: try popMark())
    case .DUP: try push(top())
    case .GET: try get(index(line()))
    case .BINGET: try get(Int(u8()))
    case .LONG_BINGET: try get(Int(u32()))
    case .PUT: try put(index(line()))
    case .BINPUT: try put(Int(u8()))
    case .LONG_BINPUT: try put(Int(u32()))
    case .MEMOIZE: try put(memo.count)

    case .GLOBAL: try push(global())
    case .STACK_GLOBAL: try pushStackGlobal()
    case .EXT1: try pushExtension(Int32(u8()))
    case .EXT2: try pushExtension(Int32(u16()))
    case .EXT4: try pushExtension(Int32(bitPattern: u32()))
    case .PERSID: try pushPersistent(line())
    case .BINPERSID: try push(.persistent(pop()))
    case .REDUCE: try call(.reduce)
    case .NEWOBJ: try call(.newobj)
    case .NEWOBJ_EX: try call(.newobjEx)
    case .INST: try pushInstance()
    case .OBJ: try pushObject()
    case .BUILD: try build()
    case .NEXT_BUFFER, .READONLY_BUFFER:
      throw failure("the object's bytes lie outside the pickle, in a buffer that is not here", .unsupported)
    }
  }

  // MARK: For the other parts of the machine

  func failure(_ reason: String, _ code: CheckpointError.Code = .corrupt) -> CheckpointError {
    CheckpointError(code, "\(opcode.name): \(reason)", at: .init(byte: opcodePosition))
  }

  /// What a node of the graph and the one of the document that it becomes take.
  private static let nodeCost = MemoryLayout<Node>.stride + documentNode
  /// The stride of a document's `Node`, which is a floor above: PickleLimitTests hold it.
  package static let documentNode = 48
  /// What an array that is not empty takes beside its items, in both.
  static let arrayCost = 2 * 40
  /// What an item takes, in both.
  static let itemCost = 2 * MemoryLayout<ID>.stride

  /// Adds a node; `extra` estimates the bytes that it holds outside the arena.
  mutating func add(_ node: Node, extra: Int = 0) throws(CheckpointError) -> ID {
    guard graph.nodes.count < limits.nodes else {
      throw bound("the pickle builds more than \(limits.nodes) values")
    }
    try charge(Self.nodeCost + extra)
    graph.nodes.append(node)
    return ID(Int32(truncatingIfNeeded: graph.nodes.count - 1))
  }

  mutating func charge(_ count: Int) throws(CheckpointError) {
    memoryLeft -= count
    if memoryLeft < 0 { throw bound("the pickle needs more than \(limits.memory >> 20) MiB") }
  }

  /// Counts items that a container gets.
  mutating func take(items: Int) throws(CheckpointError) {
    itemsLeft -= items
    if itemsLeft < 0 { throw bound("its containers hold more than \(limits.items) items") }
  }

  /// Throws `.limit` for a name that no class has.
  func checkLength(_ name: GlobalName) throws(CheckpointError) {
    let size = name.module.count + name.name.count
    guard size <= limits.name else {
      throw bound("the name of a class has \(size) bytes; at most \(limits.name) are read")
    }
  }
}
