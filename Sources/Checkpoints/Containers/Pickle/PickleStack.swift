// SPDX-License-Identifier: Apache-2.0

/// What runs or follows a pickle, and keeps what it makes on a stack.
protocol PickleStack {
  var stack: [PickleGraph.ID] { get set }
  /// The stack heights at which MARKs stand.
  var marks: [Int] { get set }
  var limits: PickleLimits { get }
  /// The error for what the opcode at hand cannot do.
  func failure(_ reason: String, _ code: CheckpointError.Code) -> CheckpointError
}

extension PickleStack {
  /// The error for a bound that was reached.
  func bound(_ reason: String) -> CheckpointError {
    var error = failure(reason, .limit)
    if limits.isForStructure { error.hint = StructureLimits.hint }
    return error
  }

  /// What lies below the last mark is out of reach until the mark goes.
  var floor: Int { marks.last ?? 0 }

  func top() throws(CheckpointError) -> PickleGraph.ID {
    guard stack.count > floor, let id = stack.last else { throw failure("the stack is empty", .corrupt) }
    return id
  }

  mutating func pop() throws(CheckpointError) -> PickleGraph.ID {
    let id = try top()
    stack.removeLast()
    return id
  }

  /// Checks that the stack holds `count` items above the last mark, and tells where they begin.
  func last(_ count: Int) throws(CheckpointError) -> Int {
    guard stack.count - floor >= count else {
      throw failure("needs \(count) items on the stack, \(stack.count - floor) are there", .corrupt)
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
    guard let mark = marks.popLast() else { throw failure("no MARK on the stack", .corrupt) }
    return mark
  }

  /// POP takes a mark where one is on top: picklers write it so.
  mutating func popItemOrMark() throws(CheckpointError) {
    if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
  }

  /// Throws `.limit` where the stack takes no more.
  func checkRoom() throws(CheckpointError) {
    guard stack.count < limits.stack else { throw bound("more than \(limits.stack) items on the stack") }
  }
}

/// What the machine puts there, and its memo.
extension PickleMachine: PickleStack {
  mutating func push(_ id: ID) throws(CheckpointError) {
    try checkRoom()
    stack.append(id)
  }

  mutating func push(_ node: Node) throws(CheckpointError) { try push(add(node)) }

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
