// SPDX-License-Identifier: Apache-2.0

/// Calls of which it is known what comes out: a thing that another name stands for, or the argument itself.
extension PickleExaminer {
  /// What looks an attribute up. Python 3.11 writes the members of enumerations so: `getattr(Color, 'RED')`.
  static let lookups: Set<GlobalName> = [
    GlobalName("builtins", "getattr"), GlobalName("__builtin__", "getattr"),
  ]

  /// Functions that may give back one of their arguments: which one. What is done to the result is done to that.
  static let givers: [GlobalName: Int] = [
    GlobalName("torch.jit._pickle", "build_boollist"): 0,
    GlobalName("torch.jit._pickle", "build_doublelist"): 0,
    GlobalName("torch.jit._pickle", "build_intlist"): 0,
    GlobalName("torch.jit._pickle", "build_tensor_from_id"): 0,
    GlobalName("torch.jit._pickle", "build_tensorlist"): 0,
    GlobalName("torch.jit._pickle", "restore_type_tag"): 0,
    // Of the data type `object`, in numpy 1.
    GlobalName("numpy.core.multiarray", "scalar"): 1, GlobalName("numpy._core.multiarray", "scalar"): 1,
    GlobalName("numpy", "object_"): 0,
  ]

  /// The attribute that is looked up, where it is written of what: as much as a dotted name says.
  mutating func attribute(_ callee: GlobalName, _ arguments: ArraySlice<ID>?) throws(CheckpointError) -> ID? {
    guard Self.lookups.contains(callee), let arguments, arguments.count == 2,
      case .name(let owner) = values[arguments[arguments.startIndex]],
      case .text(let text) = values[arguments[arguments.startIndex + 1]]
    else { return nil }
    let name = found.names[owner].name
    lookupUses -= 1
    let index = try note(GlobalName(name.module, name.name + "." + self.text(text)))
    return values.add(.name(index))
  }

  /// The argument that may come back; nil for other functions, and where the argument is a plain value.
  func given(_ callee: GlobalName, _ arguments: ArraySlice<ID>?) -> ID? {
    guard let place = Self.givers[callee] else { return nil }
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
    guard Self.lookups.contains(found.names[index].name) else { return try push(.name(index)) }
    let id =
      lookupIDs.first { if case .name(index) = values[$0] { true } else { false } }
      ?? values.add(.name(index))
    if !lookupIDs.contains(id) { lookupIDs.append(id) }
    try push(id)
  }

  /// Leaves out what looks attributes up where every use of it is told by the name of the attribute.
  mutating func dropLookups() {
    guard lookupUses == 0 else { return }
    found.names.removeAll { Self.lookups.contains($0.name) }
  }
}
