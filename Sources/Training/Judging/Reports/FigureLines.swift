// SPDX-License-Identifier: Apache-2.0

/// Lines of a name and what is said of it, the second all beginning in one column.
struct FigureLines {
  private var lines: [(name: String, words: String)] = []

  mutating func add(_ name: String, _ words: String) { lines.append((name, words)) }

  /// Each line with its end.
  var text: String {
    let width = lines.map(\.name.unicodeScalars.count).max() ?? 0
    return lines.map { name, words in
      name + String(repeating: " ", count: width + 2 - name.unicodeScalars.count) + words + "\n"
    }.joined()
  }
}
