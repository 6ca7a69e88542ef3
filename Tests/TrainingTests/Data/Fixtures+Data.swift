// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

extension Fixtures {
  /// The JSON object in a file; a missing one fails the test.
  static func object(_ name: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(bytes(name)))
    guard let object = value as? [String: Any] else { throw CocoaError(.fileReadCorruptFile) }
    return object
  }

  /// Makes an empty folder, gives its path, and removes it afterwards.
  static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) { try body(folder.path) }
  }
}
