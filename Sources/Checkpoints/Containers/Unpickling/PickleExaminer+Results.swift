// SPDX-License-Identifier: Apache-2.0

/// Calls of which it is known what comes out: a thing that another name stands for, or the argument itself.
extension PickleExaminer {
  /// The attribute that is looked up, where it is written of what: as much as a dotted name says.
  ///
  /// - Returns: the number of that name.
  mutating func attribute(_ arguments: ArraySlice<ID>?) throws(CheckpointError) -> Int? {
    guard let arguments, arguments.count == 2,
      case .name(let owner) = values[arguments[arguments.startIndex]],
      case .text(let text) = values[arguments[arguments.startIndex + 1]]
    else { return nil }
    let name = found.names[owner].name
    lookupUses -= 1
    return try note(GlobalName(name.module, name.name + "." + self.text(text)))
  }

  /// The argument that may come back; nil where it is a plain value.
  func given(_ place: Int, _ arguments: ArraySlice<ID>?) -> ID? {
    guard let arguments, arguments.count > place else { return ExaminedValues.unknown }
    let argument = arguments[arguments.startIndex + place]
    switch values[argument] {
    case .name, .unknown, .result, .longTuple: return argument
    case .known(.wrapper): return ExaminedValues.unknown
    case .plain, .known, .text, .bytes, .latin1, .tuple: return nil
    }
  }

  /// What a name stands for. Of what looks attributes up there is one value, so that each time it is put on
  /// the stack counts, by whatever way: it may be for any use.
  mutating func pushName(_ index: Int) throws(CheckpointError) {
    guard roles[index] == .looksUp else { return try push(.name(index)) }
    let id =
      lookupIDs.first { if case .name(index) = values[$0] { true } else { false } }
      ?? values.add(.name(index))
    if !lookupIDs.contains(id) { lookupIDs.append(id) }
    try push(id)
  }

  /// Leaves out what looks attributes up where every use of it is told by the name of the attribute.
  mutating func dropLookups() {
    guard lookupUses == 0 else { return }
    found.names = zip(found.names, roles).filter { $0.1 != .looksUp }.map(\.0)
  }
}
