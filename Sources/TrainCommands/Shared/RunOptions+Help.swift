// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Training

extension RunOptions {
  /// The help of an option that has a value where nothing says one: `TEXT (default: 20).`, the default as the table has it.
  ///
  /// - Parameter note: what else stands in the parentheses.
  static func help(_ word: String, _ text: String, _ note: String? = nil) -> ArgumentHelp {
    let notes = [note, usualText(of: word).map { "default: \($0)" }].compactMap { $0 }
    return ArgumentHelp("\(text)\(notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))").")
  }
}
