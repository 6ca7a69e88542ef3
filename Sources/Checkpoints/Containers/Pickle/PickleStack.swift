// SPDX-License-Identifier: Apache-2.0

/// The stack, its marks and the memo.
extension PickleMachine {
  /// What lies below the last mark is out of reach until the mark goes.
  private var floor: Int { marks.last ?? 0 }

  mutating func push(_ id: ID) throws(CheckpointError) {
    guard stack.count < limits.stack else {
      throw bound("more than \(limits.stack) items on the stack")
    }
    stack.append(id)
  }

  mutating func push(_ node: Node) throws(CheckpointError) { try push(add(node)) }

  func top() throws(CheckpointError) -> ID {
    guard stack.count > floor, let id = stack.last else { throw failure("the stack is empty") }
    return id
  }

  mutating func pop() throws(CheckpointError) -> ID {
    let id = try top()
    stack.removeLast()
    return id
  }

  /// Checks that the stack holds `count` items above the last mark, and tells where they begin.
  func last(_ count: Int) throws(CheckpointError) -> Int {
    guard stack.count - floor >= count else {
      throw failure("needs \(count) items on the stack, \(stack.count - floor) are there")
    }
    return stack.count - count
  }

  /// Removes the items from `start` on.
  mutating func drop(from start: Int) { stack.removeLast(stack.count - start) }

  mutating func pushMark() throws(CheckpointError) {
    guard marks.count < limits.stack else { throw bound("more than \(limits.stack) marks") }
    marks.append(stack.count)
  }

  /// Removes the last mark and tells where the items above it begin.
  mutating func popMark() throws(CheckpointError) -> Int {
    guard let mark = marks.popLast() else { throw failure("no MARK on the stack") }
    return mark
  }

  /// A tuple of so many is what a call takes, a shape or a key; a longer one is a container.
  private static let mostArguments = 16

  mutating func popToMark() throws(CheckpointError) -> [ID] {
    let from = try popMark()
    let items = Array(stack[from...])
    if items.count > Self.mostArguments { try take(items: items.count) }
    try charge(items.isEmpty ? 0 : Self.arrayCost + Self.itemCost * items.count)
    drop(from: from)
    return items
  }

  /// POP takes a mark where one is on top: picklers write it so.
  mutating func popItemOrMark() throws(CheckpointError) {
    if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
  }

  mutating func get(_ index: Int) throws(CheckpointError) {
    guard let id = memo.find(index) else { throw failure("memo \(index) was never stored") }
    try push(id)
  }

  mutating func put(_ index: Int) throws(CheckpointError) {
    // What is far out of order lies in a dictionary.
    try charge(index > 2 * memo.count + 64 ? 48 : 8)
    memo.store(try top(), at: index)
  }
}
