// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The committed files that tests read. A missing one fails the test that asks for it.
package enum Fixtures {
  /// The repository's `fixtures` folder.
  package static let folder: String = {
    let file = "\(#filePath)"
    return file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
      + "/fixtures"
  }()

  package struct Missing: Error, CustomStringConvertible {
    package var path: String
    package var description: String { "fixture \(path) is missing" }
  }

  /// The path of a fixture that is there.
  package static func path(_ name: String) throws -> String {
    let path = folder + "/" + name
    guard unsafe access(path, R_OK) == 0 else { throw Missing(path: path) }
    return path
  }

  /// A fixture's bytes.
  package static func bytes(_ name: String) throws -> [UInt8] { try File.bytes(at: path(name)) }

  /// A fixture's text.
  package static func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }
}

/// Whole files, for tests alone.
package enum File {
  package struct Failure: Error {
    package var path: String
    package var code: Int32
  }

  package static func bytes(at path: String) throws -> [UInt8] {
    guard let file = unsafe fopen(path, "rb") else { throw Failure(path: path, code: errno) }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
    }
  }

  package static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = unsafe fopen(path, "wb") else { throw Failure(path: path, code: errno) }
    defer { unsafe fclose(file) }
    guard unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw Failure(path: path, code: errno)
    }
  }
}
