// SPDX-License-Identifier: Apache-2.0

/// Any JSON value. Numbers that JSON has no words for are the strings `NaN`, `Infinity` and `-Infinity`.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(Text)
  case array([JSONValue])
  case object([Text: JSONValue])
}

extension JSONValue: Codable {
  /// As the JSON value that it is; NaN and infinities as strings.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .double(let value):
      if value.isFinite { try container.encode(value) } else { try container.encode(Self.name(of: value)) }
    case .string(let value): try container.encode(value)
    case .array(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    }
  }

  /// Of any JSON value. A whole number of 64 bits is an `int`; `NaN` stays the string
  /// that it is.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self), value == 0, value.sign == .minus {
      // An integer has no such zero: it is a number that JSON writes `-0`.
      self = .double(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .int(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(Text.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([Text: JSONValue].self))
    }
  }

  /// A string of ours.
  package static func text(_ string: String) -> Self { .string(Text(string)) }

  static func name(of value: Double) -> String {
    value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
  }
}
