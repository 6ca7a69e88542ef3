// SPDX-License-Identifier: Apache-2.0

/// The stack, its marks and the memo, and the containers that are made and filled there.
extension PickleExaminer {
  /// What lies below the last mark is out of reach until the mark goes.
  private var floor: Int { marks.last ?? 0 }

  mutating func push(_ id: ID) throws(CheckpointError) {
    guard stack.count < limits.stack else { throw bound("more than \(limits.stack) items on the stack") }
    if !lookupIDs.isEmpty, lookupIDs.contains(id) { lookupUses += 1 }
    stack.append(id)
  }

  mutating func push(_ value: ExaminedValues.Value) throws(CheckpointError) {
    guard values.count < limits.nodes else {
      throw bound("the pickle builds more than \(limits.nodes) values")
    }
    try charge(MemoryLayout<ExaminedValues.Value>.stride)
    try push(values.add(value))
  }

  func top() throws(CheckpointError) -> ID {
    guard stack.count > floor, let id = stack.last else { throw failure("the stack is empty") }
    return id
  }

  mutating func pop() throws(CheckpointError) -> ID {
    let id = try top()
    stack.removeLast()
    return id
  }

  /// Where the last `count` items begin, which lie above the last mark.
  func last(_ count: Int) throws(CheckpointError) -> Int {
    guard stack.count - floor >= count else {
      throw failure("needs \(count) items on the stack, \(stack.count - floor) are there")
    }
    return stack.count - count
  }

  mutating func drop(from start: Int) { stack.removeLast(stack.count - start) }

  mutating func pushMark() throws(CheckpointError) {
    guard marks.count < limits.stack else { throw bound("more than \(limits.stack) marks") }
    marks.append(stack.count)
  }

  mutating func popMark() throws(CheckpointError) -> Int {
    guard let mark = marks.popLast() else { throw failure("no MARK on the stack") }
    return mark
  }

  mutating func popItemOrMark() throws(CheckpointError) {
    if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
  }

  // MARK: Containers

  mutating func pushTuple(from start: Int) throws(CheckpointError) {
    let items = stack[start...]
    guard items.count <= ExaminedValues.mostItems else {
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

  mutating func pushContainer(from start: Int) throws(CheckpointError) {
    drop(from: start)
    try push(ExaminedValues.plain)
  }

  /// APPEND, SETITEM and the like: what lies below the items gets them.
  mutating func fill(from start: Int) throws(CheckpointError) {
    guard start > floor else { throw failure("the stack is empty") }
    // C does nothing where there are no items, whatever would get them.
    if start < stack.count { try change(stack[start - 1]) }
    drop(from: start)
  }

  /// Notes that the value is changed, where all of the process shares it.
  mutating func change(_ id: ID) throws(CheckpointError) {
    switch values[id] {
    case .name(let index): note(.changed(found.names[index].name))
    case .unknown: note(.changedUnknown)
    case .plain, .result, .text, .bytes, .latin1, .tuple, .longTuple: break
    }
  }

  // MARK: Memo

  /// The index that GET and PUT write in decimal; nil where it is beyond what is kept.
  mutating func index(_ line: Range<Int>) throws(CheckpointError) -> Int? {
    let (value, readers) = PickledNumber.index(try bytes(line))
    guard readers.c || readers.python else { throw failure("its index is no number") }
    if readers.c != readers.python { differ(.memoIndex) }
    return value
  }

  mutating func get(_ index: Int?) throws(CheckpointError) {
    // Python's memo has what C's has no room for.
    guard let index else { return try push(ExaminedValues.unknown) }
    guard let id = memo.find(index) else { throw failure("memo \(index) was never stored") }
    try push(id)
  }

  mutating func put(_ index: Int?) throws(CheckpointError) {
    let id = try top()
    guard let index else { return }
    guard index >= 0 else { throw failure("a negative index") }
    try charge(index > 2 * memo.count + 64 ? 48 : 8)
    memo.store(id, at: index)
  }
}
