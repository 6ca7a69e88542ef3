// SPDX-License-Identifier: Apache-2.0

/// Messages of protobuf, written by hand: right ones and wrong ones.
enum Proto {
  static func varint(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func int(_ number: Int, _ value: Int64) -> [UInt8] {
    varint(UInt64(number) << 3) + varint(UInt64(bitPattern: value))
  }

  static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    varint(UInt64(number) << 3 | 2) + varint(UInt64(content.count)) + content
  }

  static func text(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  /// A model of one graph.
  static func model(_ graph: [UInt8], _ more: [UInt8] = []) -> [UInt8] {
    int(1, 8) + text(2, "tests") + field(7, graph) + more
  }

  /// A `TensorProto`; of float32 with one element unless it is said otherwise.
  static func tensor(
    name: String? = "w", type: Int64 = 1, dims: [Int64] = [1], _ data: [UInt8] = field(9, [0, 0, 128, 63])
  ) -> [UInt8] {
    dims.flatMap { int(1, $0) } + int(2, type) + (name.map { text(8, $0) } ?? []) + data
  }

  static func initializer(_ tensor: [UInt8]) -> [UInt8] { field(5, tensor) }

  static func entry(_ key: String, _ value: String) -> [UInt8] { text(1, key) + text(2, value) }

  static func external(_ entries: [(String, String)]) -> [UInt8] {
    entries.flatMap { field(13, entry($0, $1)) } + int(14, 1)
  }

  static func node(_ type: String, output: String, _ attributes: [[UInt8]] = []) -> [UInt8] {
    field(1, text(2, output) + text(4, type) + attributes.flatMap { field(5, $0) })
  }
}
