// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// A short value for objects that are one thing and not a bag of parts: `torch.Size`, `torch.device`, `complex`.
  /// Nil for every other object.
  package func plainValue(_ object: OpaqueObject) -> JSONValue? {
    guard object.form == .reduce, object.states.isEmpty, object.items.isEmpty, object.entries.isEmpty,
      case .global(let name) = self[object.callee], let arguments = object.arguments,
      case .tuple(let parts) = self[arguments]
    else { return nil }
    switch (name.module, name.name) {
    case ("torch", "Size"):
      guard let first = parts.first, parts.count == 1, case .tuple(let sizes) = self[first],
        sizes.count <= TensorRecord.mostDimensions,
        sizes.allSatisfy({ if case .int = self[$0] { true } else { false } })
      else { return nil }
      return .array(sizes.map { leafValue($0) })
    case ("torch", "device") where parts.count <= 2:
      guard parts.allSatisfy({ isWord($0) }) else { return nil }
      let words = parts.map { keyText($0) }
      return .string(words.joined(separator: ":"))
    case ("builtins", "complex"), ("__builtin__", "complex"):
      guard parts.count == 2, case .float(let real) = self[parts[0]],
        case .float(let imaginary) = self[parts[1]]
      else { return nil }
      return ElementValue.complex(real, imaginary).json
    default:
      return nil
    }
  }

  /// Whether `plainValue` gives one, without making it.
  package func isPlain(_ object: OpaqueObject) -> Bool {
    guard object.form == .reduce, case .global(let name) = self[object.callee],
      ["Size", "device", "complex"].contains(name.name)
    else { return false }
    return plainValue(object) != nil
  }

  private func isWord(_ id: NodeID) -> Bool {
    switch self[id] {
    case .string(let text): text.count <= 64
    case .int: true
    default: false
    }
  }
}
