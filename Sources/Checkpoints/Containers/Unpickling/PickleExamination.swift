// SPDX-License-Identifier: Apache-2.0

/// What unpickling would look up, call and change, told without doing any of it: what one pickle is judged by.
///
/// Nothing is decoded into a document, and what a document could not hold is no reason to stop: the examination goes on as
/// long as any of the readers that people use would. So what is broken further on hides nothing.
package struct PickleExamination: Sendable {
  /// A name that a reader would be asked for: GLOBAL, STACK_GLOBAL or INST.
  package struct Named: Sendable {
    package var name: GlobalName
    /// Where the opcode lies that names it first, in the source.
    package var offset: Int
    /// Whether it is called anywhere: REDUCE, NEWOBJ, NEWOBJ_EX, OBJ, INST.
    package var isCalled = false
    /// Whether all that is done with it is to load bytes that stand in the pickle as a file of torch: `nested` has them, and
    /// what is in them tells what comes of it.
    package var onlyLoadsNested = false
    /// Whether only the reader names it that leaves out the rest of a frame.
    package var isBehindFrame = false
  }

  /// What no checkpoint needs, whatever its names are.
  package enum Oddity: Hashable, Sendable {
    /// EXT1, EXT2, EXT4: a number of copyreg's registry, which stands for a name that the reader's process has.
    case extensionCode(Int)
    /// BUILD, SETITEM, APPEND and the like on what a name stands for, without a call: a class, function or module that all
    /// of the process shares would be changed.
    case changed(GlobalName)
    /// The same on what a persistent id, an extension code or a buffer stands for.
    case changedUnknown
    /// A call of what is no name: the result of a call, a persistent object.
    case calledResult
    /// STACK_GLOBAL of a module or name that is not written in the pickle but comes out of a call.
    case computedName
    /// A function that loads bytes is given some that are not written in the pickle.
    case computedBytes(GlobalName)
    /// NEXT_BUFFER: the value is in a buffer that is handed to the reader, not in the file.
    case outsideBuffer
    /// A name of more bytes than are kept: it is cut.
    case longName
    /// An array of joblib is made otherwise than joblib makes one.
    case wrapperMisused
    case readersDiffer(ReaderDifference)
  }

  package struct Found: Sendable {
    package var oddity: Oddity
    /// Where the opcode lies, in the source.
    package var offset: Int
  }

  /// Where and why the examination ended.
  package enum End: Sendable {
    /// At STOP; the offset behind it. Behind the frame around it, where that goes on, too: some look there for the next.
    case stop(behind: Int, behindFrame: Int?)
    /// Neither C nor Python would go on, or the source cannot be read; `.limit`: they would, the examination does not.
    case broken(CheckpointError)
    /// Bytes are missing: the same, and more of the file may be all that it needs.
    case cut(CheckpointError)
  }

  /// The first opcode; nil where the first byte is none.
  package internal(set) var first: PickleOpcode?
  /// The protocol that PROTO named last, or 0.
  package internal(set) var protocolVersion = 0
  /// How many opcodes were followed.
  package internal(set) var opcodeCount = 0
  /// Every name once, in the order in which they are met.
  package internal(set) var names: [Named] = []
  /// Each kind and thing once, where it is met first, in order.
  package internal(set) var oddities: [Found] = []
  /// Bytes that a function that loads bytes is given.
  package internal(set) var nested: [NestedPickle] = []
  /// Persistent ids, each once, in order: what a `persistent_load` would be asked for.
  package internal(set) var persistentIDs: [PersistentID] = []
  /// Calls that are recorded, of whatever.
  package internal(set) var callCount = 0
  package internal(set) var end = End.stop(behind: 0, behindFrame: nil)
}

extension PickleExamination {
  /// Examines the pickle that begins at `offset`.
  ///
  /// - Parameters:
  ///   - source: where it lies, and what may follow it. It is read in pieces: one that must be decoded from its beginning
  ///     each time is better held in memory.
  ///   - limits: how much may be followed and kept.
  package init(_ source: ByteSource, at offset: Int = 0, limits: PickleLimits = .standard) {
    self.init(plain: source, at: offset, limits: limits)
    // joblib's unpickler reads arrays between the opcodes, where others go on with these.
    guard names.contains(where: { JoblibArray.wrappers.contains($0.name) }) else { return }
    var joblib = PickleExaminer(PickleReader(source, at: offset), source, limits, arrays: .init())
    joblib.run()
    let plain = self
    self = joblib.found
    addOpcodes(in: plain)
  }

  /// The same without arrays of joblib.
  init(plain source: ByteSource, at offset: Int, limits: PickleLimits) {
    var examiner = PickleExaminer(PickleReader(source, at: offset), source, limits)
    examiner.run()
    self = examiner.found
    // Where frames are broken, one kind of reader sees other opcodes from there on.
    let isFramed = oddities.contains {
      switch $0.oddity {
      case .readersDiffer(.argumentCrossesFrame), .readersDiffer(.frameInFrame): true
      default: false
      }
    }
    guard isFramed else { return }
    var other = PickleExaminer(PickleReader(source, at: offset, crossing: .dropsRest), source, limits)
    other.run()
    add(other.found)
  }

  /// Whether a reader that begins here would do anything: it runs to STOP and names something that Python could have, or
  /// it calls that before it fails, or it says which protocol it is and names anything.
  package var isPickle: Bool {
    let named = names.contains { $0.name.isPossible }
    if first == .PROTO, opcodeCount > 1 {
      if !names.isEmpty { return true }
      switch end {
      case .stop, .cut: return true
      case .broken(let error): return error.code == .limit
      }
    }
    if case .stop = end { return named }
    return named && callCount > 0
  }

  /// What others than joblib find where an array lies: numbers may look like opcodes, but rarely call anything, and rarely
  /// come to a STOP.
  private mutating func addOpcodes(in plain: PickleExamination) {
    let stops = if case .stop = plain.end { true } else { false }
    var other = plain
    other.names.removeAll { !$0.name.isPossible || !($0.isCalled || stops) }
    other.oddities.removeAll { if case .readersDiffer = $0.oddity { true } else { !stops } }
    if !stops {
      other.nested = []
      for index in other.names.indices { other.names[index].onlyLoadsNested = false }
    }
    add(other)
  }

  /// What another way to read the same bytes found beside.
  private mutating func add(_ other: PickleExamination) {
    let known = Dictionary(zip(names.map(\.name), names.indices), uniquingKeysWith: { first, _ in first })
    for var named in other.names {
      if let index = known[named.name] {
        names[index].onlyLoadsNested = names[index].onlyLoadsNested && named.onlyLoadsNested
      } else {
        named.isBehindFrame = true
        names.append(named)
      }
    }
    callCount = max(callCount, other.callCount)
    let seen = Set(oddities.map(\.oddity))
    oddities += other.oddities.filter { !seen.contains($0.oddity) }
    let ranges = Set(nested.map(\.range))
    nested += other.nested.filter { !ranges.contains($0.range) }
  }
}

extension GlobalName {
  /// Whether Python can have a module and a name in it that are called so; what comes of numbers and texts mostly cannot.
  package var isPossible: Bool { Self.isDotted(module) && Self.isDotted(name) }

  private static func isDotted(_ name: Text) -> Bool {
    !name.isEmpty
      && !name.hasByte { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), 0x80...:
          false
        default: true
        }
      }
  }
}
