// SPDX-License-Identifier: Apache-2.0

/// Arrays of joblib between the opcodes: which of them the pickle makes, and what its own unpickler then reads.
extension PickleExaminer {
  /// What is counted where arrays are followed.
  struct ArrayUses {
    /// How often a wrapper's class was put on the stack and not taken to make an object: by anything else it would make
    /// one unseen.
    var classes = 0
  }

  // MARK: Values that matter

  /// NONE, a number, a truth.
  mutating func pushLiteral(_ instruction: PickleInstruction) throws(CheckpointError) {
    guard arrays != nil, let known = try literal(instruction) else { return try push(plain(instruction)) }
    try push(.known(known))
  }

  private mutating func literal(
    _ instruction: PickleInstruction
  ) throws(CheckpointError) -> ExaminedValues.Known? {
    switch (instruction.opcode, instruction.argument) {
    case (.NONE, _): return .some(.none)
    case (.NEWTRUE, _): return .truth(true)
    case (.NEWFALSE, _): return .truth(false)
    case (.BININT, .number(let value)): return .number(Int(Int32(truncatingIfNeeded: value)))
    case (.BININT1, .number(let value)), (.BININT2, .number(let value)): return .number(Int(value))
    // As protocols 0 and 1 write them.
    case (.INT, .line(let line)): return Self.literal(try bytes(line))
    case (.LONG1, .bytes(let range)) where range.count <= 8:
      guard case .int(let value) = PickleText.long(try bytes(range)) else { return nil }
      return .number(Int(value))
    default: return nil
    }
  }

  private static func literal(_ line: ArraySlice<UInt8>) -> ExaminedValues.Known? {
    if line.elementsEqual("00".utf8) { return .truth(false) }
    if line.elementsEqual("01".utf8) { return .truth(true) }
    let digits = String(decoding: line, as: UTF8.self)
    return Int(digits).flatMap { "\($0)" == digits ? .number($0) : nil }
  }

  /// EMPTY_DICT, or DICT of the items from `start` on.
  mutating func pushDictionary(from start: Int? = nil) throws(CheckpointError) {
    let start = start ?? stack.count
    let isEmpty = start == stack.count
    guard arrays != nil else {
      drop(from: start)
      return if isEmpty { try push(.plain(.emptyDict)) } else { try push(ExaminedValues.dict) }
    }
    try charge(200)
    let id = values.addDictionary()
    setItems(of: id, from: start)
    drop(from: start)
    try push(id)
  }

  /// Keys and values from `start` on, by SETITEM or SETITEMS.
  mutating func setItems(of id: ID, from start: Int) {
    guard arrays != nil, case .known(.dictionary(let dictionary)) = values[id] else { return }
    var index = start
    while index + 1 < stack.count {
      let key: Text? = if case .text(let key)? = value(stack[index]) { key } else { nil }
      values.set(stack[index + 1], for: key, in: dictionary)
      index += 2
    }
  }

  /// What `numpy.dtype('f8', False, True)` makes.
  func elementType(_ arguments: ArraySlice<ID>?) -> ExaminedValues.Value? {
    guard arrays != nil else { return nil }
    guard let arguments, arguments.count == 3, case .text(let name)? = value(arguments[arguments.startIndex])
    else { return .known(.type(nil)) }
    return .known(.type(JoblibArray.ElementType(name)))
  }

  /// As much of a value as a wrapper's attributes need; nil for other things than those.
  private func value(_ id: ID) -> JoblibArray.Value? {
    switch values[id] {
    case .known(.none): .some(.none)
    case .known(.truth(let truth)): .truth(truth)
    case .known(.number(let number)): .number(number)
    case .known(.type(let type)): type.map { .type($0) }
    case .name: .name
    case .text(let text) where !text.isCut:
      Self.plainText(values.letters(text.kept), text.kind).map { .text($0) }
    default: nil
    }
  }

  /// A text without quotes and escapes.
  private static func plainText(_ letters: ArraySlice<UInt8>, _ kind: ExaminedText.Kind) -> Text? {
    switch kind {
    case .utf8, .eightBit: return Text(utf8: letters)
    case .quoted: return PickleText.quoted(letters).flatMap { Text(utf8: $0[...]) }
    case .rawUnicode: return letters.contains(UInt8(ascii: "\\")) ? nil : Text(utf8: letters)
    }
  }

  /// The items of a tuple; those within them do not matter.
  private func items(_ id: ID) -> [JoblibArray.Value]? {
    values.tuple(id).map { $0.map { value($0) ?? .other } }
  }

  // MARK: Wrappers

  /// Counts a wrapper's class that is put on the stack.
  mutating func notePushed(_ id: ID) {
    if isWrapperClass(id) { arrays?.classes += 1 }
  }

  private func isWrapperClass(_ id: ID) -> Bool {
    guard case .name(let index) = values[id] else { return false }
    return JoblibArray.wrappers.contains(found.names[index].name)
  }

  /// NEWOBJ of the class without arguments, which is how an object of it is pickled; nil for other classes.
  mutating func wrapper(_ callee: ID, _ arguments: ID) throws(CheckpointError) -> ExaminedValues.Value? {
    guard arrays != nil, isWrapperClass(callee) else { return nil }
    guard values.tuple(arguments)?.isEmpty == true else { throw misuse() }
    arrays?.classes -= 1
    return .known(.wrapper(isBuilt: false))
  }

  /// The same as protocols 0 and 1 have it: `copyreg._reconstructor(class, object, None)`.
  mutating func wrapper(madeOf arguments: ArraySlice<ID>?) -> ExaminedValues.Value? {
    guard arrays != nil, let arguments, arguments.count == 3,
      let first = arguments.first, isWrapperClass(first),
      case .known(.none)? = arguments.last.map({ values[$0] }),
      case .name(let base) = values[arguments[arguments.startIndex + 1]],
      Self.bases.contains(found.names[base].name)
    else { return nil }
    arrays?.classes -= 1
    return .known(.wrapper(isBuilt: false))
  }

  private static let bases: Set<GlobalName> = [
    GlobalName("builtins", "object"), GlobalName("__builtin__", "object"),
  ]

  /// A wrapper is BUILT once, where it is made, and never again.
  mutating func checkCopied(_ id: ID) throws(CheckpointError) {
    if arrays != nil, case .known(.wrapper) = values[id] { throw misuse() }
  }

  /// Takes BUILD's state into what it is done to: a data type, or a wrapper, behind which an array is read.
  ///
  /// - Parameter place: where on the stack that lies.
  mutating func buildArray(at place: Int, with state: ID) throws(CheckpointError) {
    guard arrays?.classes == 0 else { throw misuse() }
    let id = stack[place]
    switch values[id] {
    case .known(.type(let type)):
      values[id] = .known(.type(items(state).flatMap { type?.built(with: $0) }))
    case .known(.wrapper(isBuilt: false)):
      values[id] = .known(.wrapper(isBuilt: true))
      stack[place] = ExaminedValues.result
      try readArray(attributes(state))
    default: break
    }
  }

  private func attributes(_ state: ID) -> [Text: JoblibArray.Value]? {
    guard case .known(.dictionary(let dictionary)) = values[state] else { return nil }
    return values.dictionaries[dictionary]?.mapValues { value($0) ?? items($0).map { .tuple($0) } ?? .other }
  }

  private mutating func readArray(_ attributes: [Text: JoblibArray.Value]?) throws(CheckpointError) {
    // The rest of a frame would be read behind the array, which lies behind the frame.
    guard let array = attributes.flatMap(JoblibArray.init), reader.frameRest == 0 else { throw misuse() }
    switch array.content {
    case .numbers(let byteCount, let isAligned):
      if isAligned {
        let padding = reader.position
        try reader.skip(1)
        try reader.skip(Int(bytes(padding..<padding + 1).first ?? 0))
      }
      try reader.skip(byteCount)
    case .objects:
      let objects = PickleExamination(plain: source, at: reader.position, limits: limits)
      try take(objects)
      switch objects.end {
      case .stop(let end, _): try reader.skip(end - reader.position)
      case .broken(let error), .cut(let error): throw error
      }
    }
  }

  /// What is found in a pickle within this one.
  private mutating func take(_ objects: PickleExamination) throws(CheckpointError) {
    for named in objects.names {
      let index = try note(named.name, at: named.offset)
      if named.isCalled { found.names[index].isCalled = true }
      // A lookup that is left there has a use that is not told.
      if roles[index]?.isCounted == true, !named.onlyLoadsNested { try count(index) }
    }
    for odd in objects.oddities { note(odd.oddity, at: odd.offset) }
    for id in objects.persistentIDs { try note(id) }
    found.nested += objects.nested
    found.callCount += objects.callCount
  }

  /// What joblib never writes, and what nobody knows the outcome of.
  private mutating func misuse() -> CheckpointError {
    note(.wrapperMisused)
    return failure("how long an array of joblib is cannot be told", .unsupported)
  }
}
