// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// A leaf as JSON: Python's plain values as themselves, empty containers as empty ones.
  package func leafValue(_ id: NodeID) -> JSONValue {
    switch self[id] {
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .long(let digits): .text(BigInteger.decimal(digits))
    case .float(let value): .double(value)
    case .string(let text): .string(text)
    case .bytes(let bytes), .bytearray(let bytes): .text(bytes.hexadecimal)
    case .list, .tuple, .set, .frozenset: .array([])
    case .mapping, .stateDict: .object([:])
    case .numpy(let value): value.json
    case .global(let name): .string(name.text)
    case .object(let object): plainValue(object) ?? .null
    case .none, .tensor, .composite: .null
    }
  }
}
