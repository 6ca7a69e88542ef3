// SPDX-License-Identifier: Apache-2.0

/// A tensor of a graph that is none of the network's: numbers that an operation takes beside its weights.
///
/// Its name in a file that we write says all of it, so that whoever reads the file can tell it from a weight, and hold the
/// one against the other.
package enum GraphConstant: Sendable, Hashable {
  /// float32, without dimensions.
  case scalar(Float)
  /// float32: one number, again and again.
  case vector(Float, count: Int)
  /// int64, without dimensions.
  case integer(Int64)
  /// int64.
  case integers([Int64])

  /// The longest vector that is taken from a name.
  private static let longest = 1 << 16

  package var name: Text {
    switch self {
    case .scalar(let value): "scalar \(value)"
    case .vector(let value, let count): "\(count) times \(value)"
    case .integer(let value): "integer \(value)"
    case .integers(let values): Text((["integers"] + values.map { "\($0)" }).joined(separator: " "))
    }
  }

  /// What a name says; nil for one that no constant has.
  package init?(name: Text) {
    let words = name.split(" ").map(\.description)
    func integers(_ words: ArraySlice<String>) -> [Int64]? {
      let values = words.compactMap { Int64($0) }
      return values.count == words.count ? values : nil
    }
    switch words.first {
    case "scalar":
      guard words.count == 2, let value = Float(words[1]) else { return nil }
      self = .scalar(value)
    case "integer":
      guard words.count == 2, let value = Int64(words[1]) else { return nil }
      self = .integer(value)
    case "integers":
      guard let values = integers(words.dropFirst()) else { return nil }
      self = .integers(values)
    default:
      guard words.count == 3, words[1] == "times", let count = Int(words[0]), let value = Float(words[2]),
        (0...Self.longest).contains(count)
      else { return nil }
      self = .vector(value, count: count)
    }
    // A number has many spellings, and a name one.
    guard self.name == name else { return nil }
  }

  package var shape: [Int] {
    switch self {
    case .scalar, .integer: []
    case .vector(_, let count): [count]
    case .integers(let values): [values.count]
    }
  }

  package var dtype: DType {
    switch self {
    case .scalar, .vector: .float32
    case .integer, .integers: .int64
    }
  }

  /// The elements, little-endian.
  package var bytes: [UInt8] {
    switch self {
    case .scalar(let value): Self.bytes([value.bitPattern])
    case .vector(let value, let count): Self.bytes(Array(repeating: value.bitPattern, count: count))
    case .integer(let value): Self.bytes([value])
    case .integers(let values): Self.bytes(values)
    }
  }

  private static func bytes(_ values: [some FixedWidthInteger]) -> [UInt8] {
    var bytes = LittleEndianBytes()
    for value in values { bytes.add(value) }
    return bytes.bytes
  }
}
