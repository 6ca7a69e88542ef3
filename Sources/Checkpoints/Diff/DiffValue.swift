// SPDX-License-Identifier: Apache-2.0

/// A leaf that is no tensor, as it is compared and as it is shown.
struct DiffValue {
  /// The Python type.
  var type: String
  var value: JSONValue
  /// What tells the value apart where `value` is but a summary: the bytes of arrays and of broken text.
  var bytes: [UInt8] = []

  init(type: String, value: JSONValue) {
    self.type = type
    self.value = value
  }

  init(_ document: Document, _ id: NodeID) {
    type = document.typeName(id)
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
    guard case .string(let text) = value, text.count > 400 else {
      return .init(type: type, value: value)
    }
    return .init(type: type, value: .text("\(text.shown.prefix(300))... (\(text.count) bytes)"))
  }
}
