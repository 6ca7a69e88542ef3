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

  mutating func pushContainer(from start: Int) throws(CheckpointError) {
    drop(from: start)
    try push(ExaminedValues.plain)
  }

  /// APPEND, SETITEM and the like: what lies below the items gets them.
  mutating func fill(from start: Int) throws(CheckpointError) {
    guard start > floor else { throw failure("the stack is empty") }
    // C does nothing where there are no items, whatever would get them.
    if start < stack.count {
      try change(stack[start - 1])
      setItems(of: stack[start - 1], from: start)
    }
    drop(from: start)
  }

  /// Notes that the value is changed, where all of the process shares it.
  mutating func change(_ id: ID) throws(CheckpointError) {
    switch values[id] {
    case .name(let index): note(.changed(found.names[index].name))
    case .unknown: note(.changedUnknown)
    case .plain, .known, .result, .text, .bytes, .tuple, .longTuple: break
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
    try checkCopied(id)
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
