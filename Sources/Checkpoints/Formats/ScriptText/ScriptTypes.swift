// SPDX-License-Identifier: Apache-2.0

/// The types that an archive's code names, each once: comparing two is comparing numbers, however large they are.
struct ScriptTypes {
  struct ID: Hashable {
    fileprivate let index: Int32
    /// A value of which nothing is known.
    static let unknown = ID(index: 0)
    /// A module, or what is in one, of an archive of PyTorch 1.0 to 1.2, whose code has no types for them.
    static let untyped = ID(index: 1)
  }

  private struct Kind: Hashable {
    var name: Text
    var arguments: [ID]
  }

  private var kinds = [Kind(name: "", arguments: []), Kind(name: "", arguments: [])]
  private var ids: [Kind: ID] = [:]

  /// `List[int]` is `List` of one argument.
  mutating func id(_ name: Text, _ arguments: [ID] = []) -> ID {
    let kind = Kind(name: name, arguments: arguments)
    if let id = ids[kind] { return id }
    let id = ID(index: Int32(clamping: kinds.count))
    kinds.append(kind)
    ids[kind] = id
    return id
  }

  func name(_ id: ID) -> Text { kinds[Int(id.index)].name }

  func arguments(_ id: ID) -> [ID] { kinds[Int(id.index)].arguments }

  /// What `x[i]` is, for an `x` of this type.
  ///
  /// - Parameter index: `i`, where it stands there as a whole number.
  func element(of id: ID, at index: Int?) -> ID {
    let arguments = arguments(id)
    switch name(id) {
    case "List": return arguments.first ?? .unknown
    case "Dict": return arguments.last ?? .unknown
    case "Tuple": return index.flatMap { arguments.indices.contains($0) ? arguments[$0] : nil } ?? .unknown
    default: return id == .untyped ? .untyped : .unknown
    }
  }
}
