// SPDX-License-Identifier: Apache-2.0

/// `TensorProto.external_data`: which bytes of which other file are a tensor.
struct ONNXExternalData: Sendable {
  /// A path, from the model's folder on.
  let location: Text
  /// Nil where it does not say: from the beginning.
  let offset: Int
  /// Nil where it does not say: to the end of the file.
  let length: Int?
  /// Where in the model its first entry lies.
  let byte: Int

  /// - Parameter entries: keys and values as they stand. Those that are not known are passed over, as others do.
  /// - Throws: `.corrupt` for a key that stands twice, and what is no number.
  init(_ entries: [ONNXEntry]) throws(CheckpointError) {
    byte = entries.first?.byte ?? 0
    var values: [Text: Text] = [:]
    for entry in entries where ["location", "offset", "length"].contains(entry.key) {
      guard values.updateValue(entry.value, forKey: entry.key) == nil else {
        throw CheckpointError(
          .corrupt, "its external_data has `\(entry.key)` twice", at: .init(byte: entry.byte))
      }
    }
    guard let location = values["location"], !location.isEmpty else {
      throw CheckpointError(
        .corrupt, "its data lies in another file, and its external_data names none", at: .init(byte: byte))
    }
    self.location = location
    offset = try Self.number(values["offset"], "offset", byte) ?? 0
    length = try Self.number(values["length"], "length", byte)
  }

  private static func number(_ text: Text?, _ name: String, _ byte: Int) throws(CheckpointError) -> Int? {
    guard let text else { return nil }
    guard let digits = text.ascii, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(digits)
    else {
      throw CheckpointError(
        .corrupt, "its external_data has the \(name) `\(text)`, which is no number", at: .init(byte: byte))
    }
    return number
  }

  /// The names on the way from the model's folder to the file; nil where it leads out of the folder.
  var components: [Text]? {
    let parts = location.split("/").filter { $0 != "." }
    guard !location.hasPrefix("/"), !parts.isEmpty,
      !parts.contains(where: { $0.isEmpty || $0 == ".." || $0.contains("\0") })
    else { return nil }
    return parts
  }

  /// The error of a location that is not followed.
  var leadsOut: CheckpointError {
    CheckpointError(
      .corrupt, "its data lies in `\(location)`, which leads out of the model's folder",
      at: .init(byte: byte), hint: "a model may name files in its own folder alone")
  }
}

/// `StringStringEntryProto`: a key and a value.
struct ONNXEntry: Sendable {
  enum Field: Int, ProtobufFields {
    static let message = "StringStringEntryProto"
    case key = 1
    case value = 2
    var isRepeated: Bool { false }
  }

  private(set) var key: Text = ""
  private(set) var value: Text = ""
  /// Where it lies in the file.
  let byte: Int

  init(_ window: ProtobufWindow, _ range: Range<Int>) throws(CheckpointError) {
    byte = range.lowerBound
    var cursor = ProtobufCursor<Field>(window, range)
    while let field = try cursor.next() {
      switch field.name {
      case .key: key = try field.text()
      case .value: value = try field.text()
      }
    }
  }
}
