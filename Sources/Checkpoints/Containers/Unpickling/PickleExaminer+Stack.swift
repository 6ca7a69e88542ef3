// SPDX-License-Identifier: Apache-2.0

/// What the examiner puts on the stack, and its memo.
extension PickleExaminer: PickleStack {
  mutating func push(_ id: ID) throws(CheckpointError) {
    try checkRoom()
    if !counted.isEmpty, let place = counted.firstIndex(where: { $0.id == id }) { counted[place].uses += 1 }
    if arrays != nil { notePushed(id) }
    stack.append(id)
  }

  /// DUP.
  mutating func duplicate() throws(CheckpointError) {
    let id = try top()
    try checkCopied(id)
    try push(id)
  }

  mutating func push(_ value: ExaminedValues.Value) throws(CheckpointError) {
    guard values.count < limits.nodes else {
      throw bound("the pickle builds more than \(limits.nodes) values")
    }
    try charge(MemoryLayout<ExaminedValues.Value>.stride)
    try push(values.add(value))
  }

  // MARK: Containers

  mutating func pushTuple(from start: Int) throws(CheckpointError) {
    let items = stack[start...]
    guard items.count <= (arrays == nil ? ExaminedValues.mostItems : ExaminedValues.mostExtents) else {
      drop(from: start)
      return try push(ExaminedValues.longTuple)
    }
    guard values.count < limits.nodes else {
      throw bound("the pickle builds more than \(limits.nodes) values")
    }
    try charge(MemoryLayout<ExaminedValues.Value>.stride + MemoryLayout<ID>.stride * items.count)
    let id = values.addTuple(items)
    drop(from: start)
    try push(id)
  }

  mutating func pushList(from start: Int) throws(CheckpointError) {
    let isEmpty = start == stack.count
    drop(from: start)
    if isEmpty { try push(.plain(.emptyList)) } else { try push(ExaminedValues.list) }
  }

  mutating func pushFrozenSet(from start: Int) throws(CheckpointError) {
    let isEmpty = start == stack.count
    drop(from: start)
    try push(isEmpty ? ExaminedValues.zero : ExaminedValues.plain)
  }

  /// APPEND, SETITEM and the like: what lies below the items gets them.
  mutating func fill(from start: Int) throws(CheckpointError) {
    guard start > floor else { throw failure("the stack is empty") }
    let target = stack[start - 1]
    if start < stack.count {
      try change(target)
      values.fill(target)
      setItems(of: target, from: start)
    } else if !takesNothing(target) {
      differ(.nothingAdded)
    }
    drop(from: start)
  }

  /// Whether both readers put no items at all into a value: C looks at no target then, `pickle.py` asks it for a method.
  private func takesNothing(_ target: ID) -> Bool {
    switch (instruction.opcode, values[target]) {
    case (.SETITEMS, _): true
    case (.APPENDS, .plain(.list)), (.APPENDS, .plain(.emptyList)): true
    case (.ADDITEMS, .plain(.set)), (.ADDITEMS, .plain(.emptySet)): true
    default: false
    }
  }

  /// Notes that the value is changed, where all of the process shares it.
  mutating func change(_ id: ID) throws(CheckpointError) {
    switch values[id] {
    case .name(let index): note(.changed(found.names[index].name))
    case .unknown: note(.changedUnknown)
    case .plain, .known, .result, .text, .bytes, .tuple, .longTuple: break
    }
  }

  /// Whether only `pickle.py` takes a state, of an object that does not take it itself: one that counts as false. A pair of
  /// two states is that for C where the second is a dict alone.
  func dividesReaders(state: ID, of object: ID) -> Bool {
    if object == ExaminedValues.stateful { return false }
    // What stands there as it is has no attributes: C looks for them, `pickle.py` does not.
    if isEmptyDict(state) { return isWritten(object) }
    guard let pair = values.tuple(state), pair.count == 2, let first = pair.first, let second = pair.last
    else { return isFalse(state) }
    return isNone(second) || isFalse(first) || isFalse(second)
  }

  private func isWritten(_ id: ID) -> Bool {
    switch values[id] {
    case .plain, .text, .bytes, .tuple, .longTuple: true
    case .known(.none), .known(.truth), .known(.number), .known(.dictionary): true
    case .name, .result, .unknown, .known(.type), .known(.wrapper): false
    }
  }

  private func isEmptyDict(_ id: ID) -> Bool {
    switch values[id] {
    case .plain(.emptyDict): true
    case .known(.dictionary(let dictionary)): values.dictionaries[dictionary]?.isEmpty == true
    default: false
    }
  }

  private func isNone(_ id: ID) -> Bool {
    switch values[id] {
    case .plain(.none), .known(.none): true
    default: false
    }
  }

  /// Whether a value counts as false and is neither None nor a dict.
  private func isFalse(_ id: ID) -> Bool {
    switch values[id] {
    case .plain(.zero), .plain(.emptyList), .plain(.emptySet), .known(.truth(false)), .known(.number(0)): true
    case .text(let text): text.origin.isEmpty
    case .bytes(let range, _): range.isEmpty
    case .tuple(_, let count): count == 0
    default: false
    }
  }

  // MARK: Memo

  /// The most indices that are left out: for more of them some C has no memory.
  private static let mostSkipped = 1 << 24

  /// The index that GET and PUT write in decimal; nil where it is beyond what is kept.
  mutating func index(_ line: Range<Int>) throws(CheckpointError) -> Int? {
    guard line.count <= Self.longestNumber else {
      differ(.memoIndex)
      return nil
    }
    let (value, readers) = PickledNumber.index(try bytes(line))
    guard readers.c || readers.python else { throw failure("its index is no number") }
    if readers.c != readers.python { differ(.memoIndex) }
    return value
  }

  mutating func get(_ index: Int?) throws(CheckpointError) {
    // Python's memo has what C's has no room for.
    guard let index else { return try push(ExaminedValues.unknown) }
    if let id = memo.find(index) {
      try checkCopied(id)
      return try push(id)
    }
    // What was stored at an index that is not known may be it.
    guard index >= 0, memo.find(.max) != nil else { throw failure("memo \(index) was never stored") }
    try push(ExaminedValues.unknown)
  }

  mutating func put(_ index: Int?) throws(CheckpointError) {
    let id = try top()
    // It counts among those that MEMOIZE numbers by.
    let index = index ?? .max
    guard index >= 0 else { throw failure("a negative index") }
    // C's memo is an array, of two places for each index up to here.
    if index > 2 * memo.count + Self.mostSkipped, index != .max { differ(.memoIndex) }
    try charge(index > 2 * memo.count + 64 ? 48 : 8)
    memo.store(id, at: index)
  }
}
