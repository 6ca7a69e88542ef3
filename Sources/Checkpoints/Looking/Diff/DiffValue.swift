// SPDX-License-Identifier: Apache-2.0

/// A leaf that is no tensor, as it is compared and as it is shown.
struct DiffValue {
  /// The Python type.
  var type: String
  var value: JSONValue
  /// What tells the value apart where `value` is but a summary: the bytes of arrays and of broken text.
  var bytes: [UInt8] = []
  /// How long the text of a value is of which `value` has but the beginning.
  private var length: Int?

  /// Bytes that are shown whole; a report cuts what is longer.
  private static let mostBytes = 200

  init(type: String, value: JSONValue) {
    self.type = type
    self.value = value
  }

  init(_ document: Document, _ id: NodeID) {
    type = document.typeName(id)
    // The memo may hold megabytes once and name them a million times: they stay as they are.
    if case .bytes(let whole) = document[id], whole.count > Self.mostBytes {
      (value, bytes, length) = (.text(whole.prefix(Self.mostBytes).hexadecimal), whole, 2 * whole.count)
      return
    }
    if case .bytearray(let whole) = document[id], whole.count > Self.mostBytes {
      (value, bytes, length) = (.text(whole.prefix(Self.mostBytes).hexadecimal), whole, 2 * whole.count)
      return
    }
    value = document.leafValue(id)
    switch document[id] {
    case .numpy(let array) where array.shape != nil || array.dtype == nil:
      bytes = array.littleEndianBytes + [array.isFortranOrder ? 1 : 0]
      let digest = SHA256.of(bytes).hexadecimal.prefix(16)
      if case .string(let text) = value { value = .string("\(text) \(String(digest))") }
    default: break
    }
  }

  /// Python's `==` on one type, and NaN equals NaN.
  func isSame(as other: DiffValue) -> Bool {
    type == other.type && bytes == other.bytes && Self.isSame(value, other.value)
  }

  private static func isSame(_ a: JSONValue, _ b: JSONValue) -> Bool {
    switch (a, b) {
    case (.double(let a), .double(let b)): a == b || (a.isNaN && b.isNaN)
    // Arrays are sizes (`torch.Size`), whose parts are integers, or empty.
    default: a == b
    }
  }

  /// For a report: text is cut where it is long.
  var shown: DiffReport.Value {
    guard case .string(let text) = value, length != nil || text.count > 400 else {
      return .init(type: type, value: value)
    }
    return .init(type: type, value: .text("\(text.shown.prefix(300))... (\(length ?? text.count) bytes)"))
  }
}
