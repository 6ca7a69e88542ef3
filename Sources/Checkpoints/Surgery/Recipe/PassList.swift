// SPDX-License-Identifier: Apache-2.0

/// The passes that have a word. Recipes, messages, the help of `edit` and the pages are made from this list, or held
/// against it.
package struct PassList: Sendable {
  /// In the order in which people are shown them.
  package let types: [any WordPass.Type]

  package init(_ types: [any WordPass.Type]) { self.types = types }

  /// What every command knows.
  package static let standard = PassList([
    Take.self, Under.self, Unprefix.self, Prefix.self, Keep.self, Drop.self, Rename.self, Cast.self,
    Untie.self, SetValue.self, Rows.self, Hollow.self, Plain.self, Fuse.self, Parametrize.self,
    Unparametrize.self, Family.self,
  ])

  package static func + (list: Self, more: [any WordPass.Type]) -> Self { Self(list.types + more) }

  /// The words, as messages list them.
  var prose: String { Prose.list(types.map { $0.word }, limit: .max) }

  /// The pass of a line that is split into words. Throws `wrongWords`.
  func pass(_ words: [String]) throws(CheckpointError) -> any Pass {
    guard let word = words.first else { throw CheckpointError(.wrongWords, "a pass may not be empty") }
    guard let type = types.first(where: { $0.word == word }) else { throw unknown(word, words.dropFirst()) }
    return try type.init(arguments: Array(words.dropFirst()))
  }

  private func unknown(_ word: String, _ arguments: ArraySlice<String>) -> CheckpointError {
    let reason = "`\(word)` is not a pass"
    guard let meant = Nearest.match(word, among: types.map { $0.word }) else {
      return CheckpointError(.wrongWords, reason, hint: "the passes are \(prose)")
    }
    let line = ([meant] + arguments.map { ShellWords.quoted($0) }).joined(separator: " ")
    return CheckpointError(.wrongWords, reason, hint: "`\(line)`")
  }
}

extension PassList {
  /// What the help of `edit` says of passes, without a newline at its end.
  // Every start of the program makes this text: in one array of bytes, which need no search for the ends of characters.
  package var help: String {
    let (space, newline) = (UInt8(ascii: " "), UInt8(ascii: "\n"))
    var text: [UInt8] = []
    text.reserveCapacity(4096)
    for type in types {
      guard let summary = type.summary else { continue }
      if !text.isEmpty { text.append(newline) }
      text += [space, space]
      text += type.synopsis.utf8
      if summary.isEmpty { continue }
      text += repeatElement(space, count: max(1, Self.width - type.synopsis.utf8.count))
      for byte in summary.utf8 {
        text.append(byte)
        if byte == newline { text += repeatElement(space, count: Self.width + 2) }
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// How wide the column of words is.
  private static let width = 35
}
