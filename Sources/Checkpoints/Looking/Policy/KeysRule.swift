// SPDX-License-Identifier: Apache-2.0

/// `keys PATTERN [COUNT]`, `keys only PATTERN...`, `keys no PATTERN...`: which tensors there are.
struct KeysRule: PolicyRule {
  private enum Wish {
    case some(Text, count: Int?)
    case only([Text])
    case no([Text])
  }

  static let word = "keys"
  static let usage = "PATTERN [COUNT], keys only PATTERN..., keys no PATTERN..."
  private let wish: Wish

  init?(_ words: [String], folder: String) throws(CheckpointError) {
    let rest = words.dropFirst().map { Text($0) }
    switch words.first {
    case "only" where !rest.isEmpty: wish = .only(rest)
    case "no" where !rest.isEmpty: wish = .no(rest)
    case let pattern? where words.count == 1: wish = .some(Text(pattern), count: nil)
    case let pattern? where words.count == 2:
      guard let count = Int(words[1]), count > 0 else { return nil }
      wish = .some(Text(pattern), count: count)
    default: return nil
    }
    try check()
  }

  private func check() throws(CheckpointError) {
    switch wish {
    case .some(let pattern, _): _ = try PathFilter([pattern])
    case .only(let patterns), .no(let patterns): _ = try PathFilter(patterns)
    }
  }

  func findings(
    in subject: PolicySubject, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> [String] {
    switch wish {
    case .some(let pattern, let count):
      let (tensors, none) = try subject.tensors([pattern])
      if let none { return [none] }
      guard let count, tensors.count != count else { return [] }
      return ["it selects \(tensors.count) tensors, not \(count)"]
    case .only(let patterns):
      var selected: Set<Text> = []
      for pattern in patterns { selected.formUnion(try subject.tensors([pattern]).tensors.map(\.path)) }
      return try subject.findings([]) { selected.contains($0.path) ? nil : "is selected by none of them" }
    case .no(let patterns):
      var found: [String] = []
      for pattern in patterns {
        found += try subject.tensors([pattern]).tensors.map { "`\($0.path)` is there" }
      }
      return found
    }
  }
}
