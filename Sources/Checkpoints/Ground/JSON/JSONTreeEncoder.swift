// SPDX-License-Identifier: Apache-2.0

extension Text: JSONWritable {
  var json: JSONBytes { JSONBytes(text: self) }
}

extension JSONValue: JSONWritable {
  /// With the names of objects as they are: a `CodingKey` has no lone surrogates.
  var json: JSONBytes {
    get throws {
      switch self {
      case .null: return JSONBytes(word: "null")
      case .bool(let value): return JSONBytes(word: value ? "true" : "false")
      case .int(let value): return JSONBytes(word: String(value))
      case .double(let value): return JSONBytes(number: value) ?? JSONBytes(text: Text(Self.name(of: value)))
      case .string(let text): return text.json
      case .array(let values):
        return JSONBytes(.array(try values.map { try $0.json }))
      case .object(let values):
        return JSONBytes(.object(try values.map { ($0.key, try $0.value.json) }))
      }
    }
  }
}

/// Makes `JSONBytes` of any `Encodable`.
struct JSONTreeEncoder: Encoder {
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]
  private let root: JSONBytes

  private init(_ root: JSONBytes) { self.root = root }

  /// Throws `EncodingError` for NaN and infinities.
  static func tree(of value: some Encodable) throws -> JSONBytes {
    if let value = value as? any JSONWritable { return try value.json }
    let root = JSONBytes(word: "null")
    try value.encode(to: JSONTreeEncoder(root))
    return root
  }

  static func number(_ value: Double) throws -> JSONBytes {
    guard let number = JSONBytes(number: value) else {
      throw EncodingError.invalidValue(value, .init(codingPath: [], debugDescription: "\(value) is no JSON"))
    }
    return number
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .object = root.kind {} else { root.kind = .object([]) }
    return KeyedEncodingContainer(Members<Key>(target: root))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .array = root.kind {} else { root.kind = .array([]) }
    return Items(target: root)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(target: root) }

  private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let target: JSONBytes
    let codingPath: [any CodingKey] = []

    private func add(_ key: Key, _ value: JSONBytes) { target.add(Text(key.stringValue), value) }

    func encodeNil(forKey key: Key) { add(key, JSONBytes(word: "null")) }
    func encode(_ value: Bool, forKey key: Key) { add(key, JSONBytes(word: value ? "true" : "false")) }
    func encode(_ value: String, forKey key: Key) { add(key, JSONBytes(text: Text(value))) }
    func encode(_ value: Double, forKey key: Key) throws { add(key, try JSONTreeEncoder.number(value)) }
    func encode(_ value: Int, forKey key: Key) { add(key, JSONBytes(word: String(value))) }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
      add(key, try JSONTreeEncoder.tree(of: value))
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      let child = JSONBytes(.object([]))
      add(key, child)
      return KeyedEncodingContainer(Members<Nested>(target: child))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      let child = JSONBytes(.array([]))
      add(key, child)
      return Items(target: child)
    }

    func superEncoder() -> any Encoder { JSONTreeEncoder(target) }
    func superEncoder(forKey key: Key) -> any Encoder {
      let child = JSONBytes(word: "null")
      add(key, child)
      return JSONTreeEncoder(child)
    }
  }

  private struct Items: UnkeyedEncodingContainer {
    let target: JSONBytes
    let codingPath: [any CodingKey] = []
    var count: Int { target.count }

    func encodeNil() { target.add(JSONBytes(word: "null")) }
    func encode(_ value: Bool) { target.add(JSONBytes(word: value ? "true" : "false")) }
    func encode(_ value: String) { target.add(JSONBytes(text: Text(value))) }
    func encode(_ value: Double) throws { target.add(try JSONTreeEncoder.number(value)) }
    func encode(_ value: Int) { target.add(JSONBytes(word: String(value))) }
    func encode<Value: Encodable>(_ value: Value) throws { target.add(try JSONTreeEncoder.tree(of: value)) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
      let child = JSONBytes(.object([]))
      target.add(child)
      return KeyedEncodingContainer(Members<Nested>(target: child))
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      let child = JSONBytes(.array([]))
      target.add(child)
      return Items(target: child)
    }

    func superEncoder() -> any Encoder {
      let child = JSONBytes(word: "null")
      target.add(child)
      return JSONTreeEncoder(child)
    }
  }

  /// The integers of other widths arrive at the generic `encode` and come here.
  private struct Single: SingleValueEncodingContainer {
    let target: JSONBytes
    let codingPath: [any CodingKey] = []

    private func set(_ value: JSONBytes) { target.kind = value.kind }

    func encodeNil() { set(JSONBytes(word: "null")) }
    func encode(_ value: Bool) { set(JSONBytes(word: value ? "true" : "false")) }
    func encode(_ value: String) { set(JSONBytes(text: Text(value))) }
    func encode(_ value: Double) throws { set(try JSONTreeEncoder.number(value)) }
    func encode(_ value: Float) throws {
      set(try JSONTreeEncoder.number(Double("\(value)") ?? Double(value)))
    }
    func encode(_ value: Int) { set(JSONBytes(word: String(value))) }
    func encode(_ value: Int8) { set(JSONBytes(word: String(value))) }
    func encode(_ value: Int16) { set(JSONBytes(word: String(value))) }
    func encode(_ value: Int32) { set(JSONBytes(word: String(value))) }
    func encode(_ value: Int64) { set(JSONBytes(word: String(value))) }
    func encode(_ value: UInt) { set(JSONBytes(word: String(value))) }
    func encode(_ value: UInt8) { set(JSONBytes(word: String(value))) }
    func encode(_ value: UInt16) { set(JSONBytes(word: String(value))) }
    func encode(_ value: UInt32) { set(JSONBytes(word: String(value))) }
    func encode(_ value: UInt64) { set(JSONBytes(word: String(value))) }
    func encode<Value: Encodable>(_ value: Value) throws { set(try JSONTreeEncoder.tree(of: value)) }
  }
}
