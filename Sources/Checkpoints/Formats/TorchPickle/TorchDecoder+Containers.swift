// SPDX-License-Identifier: Apache-2.0

extension TorchDecoder {
  /// Python's containers and bytes that a pickle of protocol 2 spells as calls; nil for anything else.
  func container(_ callee: GlobalName, _ object: PickleGraph.Object) -> Node? {
    guard let arguments = arguments(object) else { return nil }
    let isBuiltin = callee.module == "builtins" || callee.module == "__builtin__"
    switch (callee.module, callee.name) {
    case ("collections", "OrderedDict"):
      guard let given = pairs(arguments), object.items.isEmpty, object.states.count <= 1 else { return nil }
      return .mapping(
        Mapping(
          kind: .orderedDict, entries: entries(given + object.pairs),
          attributes: object.states.first.map(same)))
    case ("collections", "Counter"):
      guard arguments.count <= 1, object.items.isEmpty, object.states.isEmpty else { return nil }
      var given: [PickleGraph.Pair] = []
      if let first = arguments.first {
        guard case .dict(let pairs) = graph[first], memory.mayCopy(pairs.count) else { return nil }
        given = pairs
      }
      return .mapping(Mapping(kind: .counter, entries: entries(given + object.pairs)))
    case (_, "set") where isBuiltin && isUnchanged(object) && arguments.count <= 1:
      guard let items = arguments.first.map({ sequence($0) }) ?? [], memory.mayCopy(items.count) else {
        return nil
      }
      return .set((items + object.members).map(same))
    case (_, "frozenset") where isBuiltin && isUnchanged(object) && arguments.count <= 1:
      guard let items = arguments.first.map({ sequence($0) }) ?? [], memory.mayCopy(items.count) else {
        return nil
      }
      return .frozenset(items.map(same))
    case (_, "bytes") where isBuiltin && isUnchanged(object) && arguments.isEmpty:
      return .bytes([])
    case (_, "bytearray") where isBuiltin && isUnchanged(object):
      if arguments.isEmpty { return .bytearray([]) }
      return bytes(arguments).map { .bytearray($0) }
    case ("_codecs", "encode") where isUnchanged(object):
      return bytes(arguments).map { .bytes($0) }
    default:
      return nil
    }
  }

  private func isUnchanged(_ object: PickleGraph.Object) -> Bool {
    object.items.isEmpty && object.pairs.isEmpty && object.states.isEmpty
  }

  /// The pairs that `OrderedDict(...)` is given: none, or one list of two-item sequences (Python 2 wrote that).
  private func pairs(_ arguments: [PickleGraph.ID]) -> [PickleGraph.Pair]? {
    guard let first = arguments.first else { return [] }
    guard arguments.count == 1, let items = sequence(first), memory.mayCopy(items.count) else { return nil }
    var pairs: [PickleGraph.Pair] = []
    for item in items {
      guard let parts = sequence(item), parts.count == 2 else { return nil }
      pairs.append(PickleGraph.Pair(key: parts[0], value: parts[1]))
    }
    return pairs
  }

  /// Bytes: as they stand, or as text of which each character is a byte (`_codecs.encode(text, 'latin1')`).
  func bytes(_ arguments: [PickleGraph.ID]) -> [UInt8]? {
    switch arguments.count {
    case 1:
      switch graph[arguments[0]] {
      case .bytes(let bytes), .bytearray(let bytes): return bytes
      case .object(let inner) where globalName(inner.callee) == GlobalName("_codecs", "encode"):
        return self.arguments(inner).flatMap { $0.count == 2 ? bytes($0) : nil }
      default: return nil
      }
    case 2:
      guard case .string(let text) = graph[arguments[0]],
        let encoding = self.text(arguments[1]), ["latin1", "latin-1", "iso-8859-1"].contains(encoding)
      else { return nil }
      return memory.bytes(arguments[0], count: text.count) { latin1(text) }
    default: return nil
    }
  }

  func latin1(_ text: Text) -> [UInt8]? {
    guard let string = text.string else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    for scalar in string.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
