// SPDX-License-Identifier: Apache-2.0
@testable import Checkpoints

extension Document {
  /// Everything that a document says, kinds of keys too, as text that is equal for equal documents. For the small
  /// documents of tests: it recurses.
  var wholeText: String { text(root) }

  private func text(_ id: NodeID) -> String {
    func list(_ items: [NodeID]) -> String { items.map { text($0) }.joined(separator: ", ") }
    func entries(_ entries: [Mapping.Entry]) -> String {
      entries.map { text($0.key) + ": " + text($0.value) }.joined(separator: ", ")
    }
    switch self[id] {
    case .none: return "None"
    case .bool(let value): return "\(value)"
    case .int(let value): return "\(value)"
    case .long(let bytes): return "long " + bytes.hexadecimal
    case .float(let value): return "f" + String(value.bitPattern, radix: 16)
    case .bytes(let bytes): return "b" + bytes.hexadecimal
    case .bytearray(let bytes): return "bytearray" + bytes.hexadecimal
    case .list(let items): return "[\(list(items))]"
    case .tuple(let items): return "(\(list(items)))"
    case .set(let items): return "set(\(list(items)))"
    case .frozenset(let items): return "frozenset(\(list(items)))"
    case .mapping(let mapping): return "\(mapping.kind){\(entries(mapping.entries))}"
    case .stateDict(let state):
      return
        "state\(state.kind){\(state.entries.map { "\($0.key): " + text($0.value) }.joined(separator: ", "))}"
    case .tensor(let tensor): return "tensor \(tensor.dtype) \(tensor.shape)"
    case .numpy(let value):
      return "numpy \(value.typeName) \(value.shape ?? [-1]) " + value.littleEndianBytes.hexadecimal
    case .global(let name): return "<\(name)>"
    case .object(let object):
      return "\(className(of: object))(\(object.arguments.map { text($0) } ?? ""))"
        + "{\(entries(object.entries))}[\(list(object.states))]"
    case .composite: return "composite"
    default: return PythonRepr(id, in: self).text
    }
  }
}
