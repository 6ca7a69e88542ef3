// SPDX-License-Identifier: Apache-2.0

/// A value of an upstream configuration file, whatever wrote it.
package indirect enum RecipeValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case int(Int)
  case float(Double)
  case text(String)
  case list([RecipeValue])
  /// In the file's order.
  case map([Entry])

  package struct Entry: Sendable, Equatable {
    package var key: String
    package var value: RecipeValue

    package init(key: String, value: RecipeValue) {
      self.key = key
      self.value = value
    }
  }

  package subscript(key: String) -> RecipeValue? {
    guard case .map(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }
}
