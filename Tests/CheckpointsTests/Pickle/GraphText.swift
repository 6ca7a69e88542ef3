// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension PickleGraph {
  /// The graph as one line of text, as `fixtures/pickle/make.py` writes it. A container that comes again is
  /// `^n`, its number in the order of first sight: so sharing and cycles show.
  var text: String {
    var seen: [Int32: Int] = [:]
    return text(root, &seen)
  }

  private func text(_ id: ID, _ seen: inout [Int32: Int]) -> String {
    switch self[id] {
    case .none: return "None"
    case .bool(let value): return value ? "True" : "False"
    case .int(let value): return "\(value)"
    case .long(let bytes): return "0x" + bytes.hexadecimal
    case .float(let value):
      let bits = String(value.bitPattern, radix: 16)
      return "f" + String(repeating: "0", count: 16 - bits.count) + bits
    case .string(let text): return text.isWellFormed ? Self.quoted(text.shown) : "s" + text.bytes.hexadecimal
    case .bytes(let bytes): return "b" + bytes.hexadecimal
    case .bytearray(let bytes): return "bytearray(" + bytes.hexadecimal + ")"
    case .global(let name): return "<\(name.module) \(name.name)>"
    case .ext(let code): return "ext(\(code))"
    case .persistent(let id): return "pid(" + text(id, &seen) + ")"
    case .tuple(let items) where items.isEmpty: return "()"
    default: break
    }
    if let number = seen[id.index] { return "^\(number)" }
    seen[id.index] = seen.count
    switch self[id] {
    case .list(let items): return "[" + text(items, &seen) + "]"
    case .tuple(let items): return "(" + text(items, &seen) + ")"
    case .set(let items): return "set(" + text(items, &seen) + ")"
    case .frozenset(let items): return "frozenset(" + text(items, &seen) + ")"
    case .dict(let pairs): return "{" + text(pairs, &seen) + "}"
    case .object(let object): return text(object, &seen)
    default: return "?"
    }
  }

  private func text(_ object: Object, _ seen: inout [Int32: Int]) -> String {
    var parts = [text(object.callee, &seen), text(object.arguments, &seen)]
    if let keywords = object.keywords { parts.append(text(keywords, &seen)) }
    if !object.items.isEmpty { parts.append("items[" + text(object.items, &seen) + "]") }
    if !object.pairs.isEmpty { parts.append("pairs{" + text(object.pairs, &seen) + "}") }
    if !object.members.isEmpty { parts.append("members[" + text(object.members, &seen) + "]") }
    if !object.states.isEmpty { parts.append("states[" + text(object.states, &seen) + "]") }
    return "\(object.form)(" + parts.joined(separator: ", ") + ")"
  }

  private func text(_ ids: [ID], _ seen: inout [Int32: Int]) -> String {
    var parts: [String] = []
    for id in ids { parts.append(text(id, &seen)) }
    return parts.joined(separator: ", ")
  }

  private func text(_ pairs: [Pair], _ seen: inout [Int32: Int]) -> String {
    var parts: [String] = []
    for pair in pairs {
      let key = text(pair.key, &seen)
      parts.append(key + ": " + text(pair.value, &seen))
    }
    return parts.joined(separator: ", ")
  }

  /// Printable ASCII as it is, all else as `\u{...}`.
  private static func quoted(_ text: String) -> String {
    var quoted = "'"
    for scalar in text.unicodeScalars {
      if (" "..."~").contains(scalar) && scalar != "'" && scalar != "\\" {
        quoted.unicodeScalars.append(scalar)
      } else {
        quoted += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
    return quoted + "'"
  }
}
