// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// One option of a run: its word, what it is where nothing says it, what it may be, where 3D-Speaker's configurations have
/// it, and whether a result depends on it. Help, checks, configurations and resuming ask the table of these, so that an
/// option is one line of it.
package struct RunOption<Options: RunOptions>: Sendable {
  /// As it is typed, `--lr`; what a configuration alone sets has the word of refusals, `eps`.
  package let word: String
  /// Its value where nothing says it, as the help has it; nil where the help does not say.
  package let usual: String?
  private let role: Role
  private let values: Values
  let check: @Sendable (Options) throws(CheckpointError) -> Void
  let take: @Sendable (inout Options, TrainingRecipe) throws(CheckpointError) -> Void

  /// What a run that goes on makes of it.
  enum Role: Sendable {
    /// No result depends on it: where files go, how many threads there are, when the run ends.
    case nothing
    /// What a run begins with: one that goes on has it from its checkpoint.
    case start
    /// It must be the same, and has a field of its own in the state, or goes into one: seed, batch, data.
    case field
    /// It must be the same, and another option's words tell both.
    case with(String)
    /// It must be the same: a number among the schedules', under its word or another.
    case schedule(as: String? = nil)
    /// It must be the same: its value, under its word or another.
    case value(as: String? = nil)
    /// It must be the same: these words, under its word or another; nil is left out of the state.
    case words(as: String? = nil, @Sendable (Options) -> String?)
  }

  /// What the help says of a value that nothing sets.
  enum Usual: Sendable {
    case unsaid
    case value
    case words(@Sendable (Options) -> String)
  }

  /// The value in the forms in which it is told.
  struct Values: Sendable {
    /// As the state has it.
    var text: @Sendable (Options) -> String? = { _ in nil }
    var number: @Sendable (Options) -> Double? = { _ in nil }
    /// As the help has it; where nil as the state does.
    var shown: (@Sendable (Options) -> String?)?
  }

  /// - Parameters:
  ///   - check: throws `wrongWords` for a value that makes no sense.
  ///   - take: takes over what a configuration says.
  init(
    _ word: String, _ role: Role, usual: Usual = .unsaid, _ values: Values = Values(),
    check: @escaping @Sendable (Options) throws(CheckpointError) -> Void = { _ in },
    take: @escaping @Sendable (inout Options, TrainingRecipe) throws(CheckpointError) -> Void = { _, _ in }
  ) {
    self.word = word
    self.role = role
    self.values = values
    self.check = check
    self.take = take
    self.usual =
      switch usual {
      case .unsaid: nil
      case .value: (values.shown ?? values.text)(.usual)
      case .words(let words): words(.usual)
      }
  }

  /// Whether a run that goes on must be told the same, in words of the state.
  package var isFixed: Bool {
    switch role {
    case .nothing, .start, .field: false
    case .with, .schedule, .value, .words: true
    }
  }

  /// The entry among the schedules' numbers of a state, if it has one.
  func number(_ options: Options) -> (name: String, value: Double)? {
    guard case .schedule(let name) = role, let value = values.number(options) else { return nil }
    return (name ?? word, value)
  }

  /// The entry among the words of a state, if it has one.
  func words(_ options: Options) -> (name: String, value: String)? {
    switch role {
    case .nothing, .start, .field, .with, .schedule: nil
    case .value(let name): values.text(options).map { (name ?? word, $0) }
    case .words(let name, let words): words(options).map { (name ?? word, $0) }
    }
  }
}

/// What a run is told, with the table of its options.
package protocol RunOptions: Sendable {
  /// As they are where nothing is said.
  static var usual: Self { get }
  /// In the order in which they are checked, and read from a configuration.
  static var table: [RunOption<Self>] { get }
}

extension RunOptions {
  /// - Throws: `wrongWords` for the first number that makes no sense.
  func checkEach() throws(CheckpointError) {
    for option in Self.table { try option.check(self) }
  }

  /// Takes over what a configuration says under the options' keys.
  mutating func takeEach(_ recipe: TrainingRecipe) throws(CheckpointError) {
    for option in Self.table { try option.take(&self, recipe) }
  }

  /// The numbers of the schedules, by option: `TrainingState.schedule`.
  package var scheduleNumbers: [String: Double] {
    Dictionary(uniqueKeysWithValues: Self.table.compactMap { $0.number(self) })
  }

  /// Everything else that a result depends on, by option: `TrainingState.options`.
  package var fixedWords: [String: String] {
    Dictionary(uniqueKeysWithValues: Self.table.compactMap { $0.words(self) })
  }

  /// What an option is where nothing says it, as its help has it.
  package static func usualText(of word: String) -> String? { table.first { $0.word == word }?.usual }
}
