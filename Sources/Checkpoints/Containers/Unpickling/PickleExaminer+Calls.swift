// SPDX-License-Identifier: Apache-2.0

/// Names, persistent ids, and what would be called.
extension PickleExaminer {
  mutating func name(_ module: Range<Int>, _ name: Range<Int>) throws(CheckpointError) -> Int {
    if name.isEmpty, !module.isEmpty { differ(.emptyName) }
    let module = try nameLine(module)
    return try note(GlobalName(module, nameLine(name)))
  }

  mutating func pushStackGlobal() throws(CheckpointError) {
    let from = try last(2)
    let (module, name) = (values[stack[from]], values[stack[from + 1]])
    drop(from: from)
    switch (module, name) {
    case (.text(let module), .text(let name)):
      let module = text(module)
      try pushName(note(GlobalName(module, text(name))))
    case (.result, _), (_, .result), (.unknown, _), (_, .unknown):
      note(.computedName)
      try push(ExaminedValues.unknown)
    default: throw failure("module and name must be strings")
    }
  }

  mutating func pushExtension(_ code: Int32) throws(CheckpointError) {
    guard code > 0 else { throw failure("extension code \(code); codes begin at 1") }
    note(.extensionCode(Int(code)))
    try push(ExaminedValues.unknown)
  }

  mutating func pushPersistent(_ line: Range<Int>) throws(CheckpointError) {
    try note(PersistentID(parts: [.text(nameLine(line))]))
    try push(ExaminedValues.unknown)
  }

  mutating func pushPersistent(_ id: ID) throws(CheckpointError) {
    var parts: [PersistentID.Part] = []
    for item in values.tuple(id) ?? [id] {
      switch values[item] {
      // The source of a class is long, and no name.
      case .text(let text):
        parts.append(text.origin.count > nameLimit ? .other : .text(self.text(text)))
      case .name(let index): parts.append(.name(found.names[index].name))
      default: parts.append(.other)
      }
    }
    try note(PersistentID(parts: parts))
    // Old streams of torch name classes so, with their sources: `('module', class, file, source)`.
    let names = (values.tuple(id) ?? [id]).filter { if case .name = values[$0] { true } else { false } }
    guard names.count == 1, parts.first != .text("storage") else { return try push(ExaminedValues.unknown) }
    try push(names[0])
  }

  // MARK: Calls

  /// The number of the name that is called; nil for anything else that may be called, which is noted.
  private mutating func call(_ callee: ID) throws(CheckpointError) -> Int? {
    switch values[callee] {
    case .name(let index):
      call(index)
      return index
    case .result, .unknown:
      found.callCount += 1
      note(.calledResult)
      return nil
    case .plain, .known, .text, .bytes, .tuple, .longTuple:
      throw failure("what is called is no function or class")
    }
  }

  private mutating func call(_ index: Int) {
    found.callCount += 1
    found.names[index].isCalled = true
  }

  mutating func reduce() throws(CheckpointError) {
    let from = try last(2)
    let (callee, arguments) = (stack[from], stack[from + 1])
    let index = try call(callee)
    checkArguments(arguments)
    drop(from: from)
    guard let index, let role = roles[index] else { return try push(ExaminedValues.result) }
    let items = values.tuple(arguments)
    switch role {
    case .loads, .loadsStorage: load(index, items)
    case .encodes: if let bytes = encoded(items) { return try push(bytes) }
    case .looksUp: if let attribute = try attribute(by: index, items) { return try pushName(attribute) }
    case .gives(let place): if let argument = given(place, items) { return try push(argument) }
    case .givesStateful: return try push(ExaminedValues.stateful)
    case .givesTuple: return try push(ExaminedValues.longTuple)
    case .givesDataType: if let type = elementType(items) { return try push(type) }
    case .reconstructs: if let wrapper = wrapper(madeOf: items) { return try push(wrapper) }
    }
    try push(ExaminedValues.result)
  }

  /// NEWOBJ and NEWOBJ_EX.
  mutating func makeObject(from start: Int) throws(CheckpointError) {
    _ = try call(stack[start])
    checkArguments(stack[start + 1])
    let wrapper = try wrapper(stack[start], stack[start + 1])
    drop(from: start)
    if let wrapper { try push(wrapper) } else { try push(ExaminedValues.result) }
  }

  /// C wants a tuple, or what is made of a class of tuples.
  private mutating func checkArguments(_ id: ID) {
    switch values[id] {
    case .tuple, .longTuple, .unknown: break
    case .plain, .known, .text, .bytes, .name, .result: differ(.arguments)
    }
  }

  /// INST: the class is named in the opcode, the arguments follow the mark.
  mutating func pushInstance(_ module: Range<Int>, _ name: Range<Int>) throws(CheckpointError) {
    // Python looks the name up before it looks for the mark.
    if marks.isEmpty { differ(.instanceWithoutMark) }
    let index = try self.name(module, name)
    let start = try popMark()
    call(index)
    if roles[index]?.isCounted == true { try count(index) }
    load(index, stack[start...])
    drop(from: start)
    try push(ExaminedValues.result)
  }

  /// OBJ: the class is the first item after the mark, the arguments follow it.
  mutating func pushObject() throws(CheckpointError) {
    let start = try popMark()
    guard start < stack.count else { throw failure("no class after the MARK") }
    if let index = try call(stack[start]) { load(index, stack[(start + 1)...]) }
    drop(from: start)
    try push(ExaminedValues.result)
  }

  mutating func build() throws(CheckpointError) {
    let from = try last(2)
    let state = stack[from + 1]
    try change(stack[from])
    if dividesReaders(state: state, of: stack[from]) { differ(.state) }
    drop(from: from + 1)
    if arrays != nil { try buildArray(at: from, with: state) }
  }

  // MARK: Bytes that are loaded

  private mutating func load(_ index: Int, _ arguments: ArraySlice<ID>?) {
    guard roles[index] == .loads || roles[index] == .loadsStorage else { return }
    let loader = found.names[index].name
    let (range, writing): (Range<Int>, NestedPickle.Writing)
    switch arguments?.first.map({ values[$0] }) {
    case .bytes(let bytes, let way): (range, writing) = (bytes, way)
    // What Python 2 calls a string.
    case .text(let text) where text.kind == .eightBit: (range, writing) = (text.origin, .asTheyAre)
    case .text(let text) where text.kind == .quoted: (range, writing) = (text.origin, .quoted)
    default: return note(.computedBytes(loader))
    }
    if arguments?.count == 1 { tell(index) }
    found.nested.append(.init(loader: loader, offset: instruction.offset, range: range, writing: writing))
  }

  private static let latin1: Set<Text> = ["latin1", "latin-1", "iso-8859-1"]

  /// The bytes that a call gives; nil where they stand nowhere.
  private mutating func encoded(_ arguments: ArraySlice<ID>?) -> ExaminedValues.Value? {
    guard let arguments, let first = arguments.first else { return nil }
    switch values[first] {
    case .bytes(let range, let writing) where arguments.count == 1: return .bytes(range, writing)
    case .text(let letters) where arguments.count == 2:
      guard case .text(let encoding) = values[arguments[arguments.startIndex + 1]],
        Self.latin1.contains(text(encoding))
      else { return nil }
      switch letters.kind {
      case .utf8: return .bytes(letters.origin, .letters)
      case .rawUnicode: return .bytes(letters.origin, .escapes)
      case .eightBit, .quoted: return nil
      }
    default: return nil
    }
  }
}
