// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// Reads the committed goldens; a missing one throws, and so fails its test.
enum GoldenFiles {
  static func data(_ path: String, from file: String = #filePath) throws -> Data {
    var root = URL(filePath: file)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return try Data(contentsOf: root.appending(path: "fixtures/golden").appending(path: path))
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    try JSONDecoder().decode(type, from: data(path))
  }

  /// Rows of a tab-separated file after its header.
  static func table(_ path: String) throws -> [[String]] {
    let text = String(decoding: try data(path), as: UTF8.self)
    return text.split(separator: "\n").dropFirst().map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// Little-endian float32 values.
  static func floats(_ path: String) throws -> [Float] {
    let bytes = [UInt8](try data(path))
    return stride(from: 0, to: bytes.count - 3, by: 4).map { start -> Float in
      let pattern = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
      return Float(bitPattern: pattern)
    }
  }
}

/// One line of a key list: a state dict's entry.
struct KeyLine {
  let name: String
  let type: String
  let shape: [Int]
  let kind: String

  static func list(_ name: String) throws -> [KeyLine] {
    try GoldenFiles.table("keys/\(name).tsv").map { row in
      KeyLine(
        name: row[0], type: row[1],
        shape: row[2] == "scalar" ? [] : row[2].split(separator: "x").compactMap { Int($0) }, kind: row[3])
    }
  }
}
