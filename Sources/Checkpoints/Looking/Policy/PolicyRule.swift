// SPDX-License-Identifier: Apache-2.0

/// One rule of a policy: a line that begins with its word. `Policy.rules` lists them.
protocol PolicyRule: Sendable {
  static var word: String { get }
  /// What follows the word.
  static var usage: String { get }

  /// - Parameters:
  ///   - words: those behind the rule's own. Nil where they are not what `usage` says.
  ///   - folder: that of the policy, beside which files lie that it names.
  init?(_ words: [String], folder: String) throws(CheckpointError)

  /// What does not hold, a sentence each; none where the rule holds.
  ///
  /// - Throws: what reading throws: a file that cannot be judged is no file that fails.
  func findings(
    in subject: PolicySubject, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) -> [String]
}
