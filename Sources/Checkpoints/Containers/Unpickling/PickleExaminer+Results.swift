// SPDX-License-Identifier: Apache-2.0

/// Calls of which it is known what comes out: a thing that another name stands for, or the argument itself.
extension PickleExaminer {
  /// The attribute that is looked up, where it is written of what: as much as a dotted name says.
  ///
  /// - Returns: the number of that name.
  mutating func attribute(by callee: Int, _ arguments: ArraySlice<ID>?) throws(CheckpointError) -> Int? {
    guard let arguments, arguments.count == 2,
      case .name(let owner) = values[arguments[arguments.startIndex]],
      case .text(let text) = values[arguments[arguments.startIndex + 1]]
    else { return nil }
    let name = found.names[owner].name
    tell(callee)
    return try note(GlobalName(name.module, name.name + "." + self.text(text)))
  }

  /// The argument that may come back; nil where it is a plain value.
  func given(_ place: Int, _ arguments: ArraySlice<ID>?) -> ID? {
    guard let arguments, arguments.count > place else { return ExaminedValues.unknown }
    let argument = arguments[arguments.startIndex + place]
    switch values[argument] {
    case .name, .unknown, .result, .longTuple: return argument
    case .known(.wrapper): return ExaminedValues.unknown
    case .plain, .known, .text, .bytes, .tuple: return nil
    }
  }

  // MARK: Names of which each use counts

  /// What a name stands for. Of a name of which each use counts there is one value, so that each time it is put on the
  /// stack counts, by whatever way: it may be for any use.
  mutating func pushName(_ index: Int) throws(CheckpointError) {
    guard roles[index]?.isCounted == true else { return try push(.name(index)) }
    if let known = counted.first(where: { $0.name == index }) { return try push(known.id) }
    let id = values.add(.name(index))
    counted.append((id, index, 0))
    try push(id)
  }

  /// One more use, without the stack.
  mutating func count(_ index: Int) throws(CheckpointError) {
    try pushName(index)
    drop(from: stack.count - 1)
  }

  /// One use is told by something else.
  mutating func tell(_ index: Int) {
    guard let place = counted.firstIndex(where: { $0.name == index }) else { return }
    counted[place].uses -= 1
  }

  /// Leaves out what looks attributes up where every use of it is told by the name of the attribute, and says of what loads
  /// files of torch whether each of them is examined.
  mutating func settleCounted() {
    let told = Set(counted.filter { $0.uses == 0 }.map(\.name))
    for index in told where roles[index] == .loadsStorage { found.names[index].onlyLoadsNested = true }
    let dropped = told.filter { roles[$0] == .looksUp }
    guard !dropped.isEmpty else { return }
    found.names = found.names.indices.filter { !dropped.contains($0) }.map { found.names[$0] }
  }
}
