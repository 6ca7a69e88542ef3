// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Who speaks in the recordings of a trial list.
package struct TrialSpeakers: Sendable, Equatable {
  /// How it is known.
  package enum Source: String, Codable, Sendable {
    case utt2spk
    /// A target trial says that one speaker spoke both of its recordings; those of no target trial have a speaker each.
    case targetTrials = "target trials"
  }

  package let source: Source
  package let count: Int
  /// Of each trial the speakers of both sides, counted from 0 in the order of the list; equal in a target trial.
  package let sides: [(enrol: Int, test: Int)]

  package static func == (left: Self, right: Self) -> Bool {
    left.source == right.source && left.count == right.count && left.sides.elementsEqual(right.sides, by: ==)
  }

  /// Takes them from a table with lines `<recording> <speaker>`, as Kaldi's `utt2spk`; a recording may stand in it as in the
  /// trial list, or by its embedding's name.
  ///
  /// - Throws: what reading the table throws; `nothingMatched`, with the trial's line, for a recording that it lacks; `misfit`
  ///   where a label contradicts it.
  package init(_ scored: TrialScores, utt2spk path: String) throws(CheckpointError) {
    let table = try Manifest.values(path, of: "speaker")
    var numbers: [Text: Int] = [:]
    func number(_ word: Text, _ line: Int) throws(CheckpointError) -> Int {
      guard let speaker = table[word] ?? scored.embeddings.name(for: word).flatMap({ table[$0] }) else {
        throw CheckpointError(
          .nothingMatched, "`\(path)` does not say who speaks in it",
          at: .init(member: "line \(line)", key: word),
          hint: "a line `\(word) SPEAKER` there")
      }
      if let known = numbers[speaker] { return known }
      numbers[speaker] = numbers.count
      return numbers.count - 1
    }
    var sides: [(enrol: Int, test: Int)] = []
    for trial in scored.list.trials {
      let side = (try number(trial.enrol, trial.line), try number(trial.test, trial.line))
      guard trial.isTarget == (side.0 == side.1) else {
        throw CheckpointError(
          .misfit,
          "the label says \(trial.isTarget ? "target" : "nontarget"), `\(path)` that "
            + (trial.isTarget ? "two speakers speak" : "one speaker speaks"),
          at: .init(member: "line \(trial.line)"), hint: "mend the one that is wrong")
      }
      sides.append(side)
    }
    self.init(.utt2spk, numbers.count, sides)
  }

  /// Joins what target trials say.
  ///
  /// - Throws: `misfit`, with the line, for a nontarget of recordings that target trials join.
  package init(joining scored: TrialScores) throws(CheckpointError) {
    var groups = Groups()
    var recordings: [Text: Int] = [:]
    func recording(_ word: Text) -> Int {
      let name = scored.embeddings.name(for: word) ?? word
      if let known = recordings[name] { return known }
      recordings[name] = groups.add()
      return recordings.count - 1
    }
    let pairs = scored.list.trials.map { (recording($0.enrol), recording($0.test)) }
    for (trial, pair) in zip(scored.list.trials, pairs) where trial.isTarget { groups.join(pair.0, pair.1) }
    var numbers: [Int: Int] = [:]
    func number(_ recording: Int) -> Int {
      let root = groups.root(recording)
      if let known = numbers[root] { return known }
      numbers[root] = numbers.count
      return numbers.count - 1
    }
    let sides = pairs.map { (number($0.0), number($0.1)) }
    for (trial, side) in zip(scored.list.trials, sides) where !trial.isTarget && side.0 == side.1 {
      throw CheckpointError(
        .misfit, "a nontarget, though target trials say that one speaker spoke both recordings",
        at: .init(member: "line \(trial.line)"), hint: "mend the list, or `--speakers utt2spk`")
    }
    self.init(.targetTrials, numbers.count, sides)
  }

  private init(_ source: Source, _ count: Int, _ sides: [(enrol: Int, test: Int)]) {
    self.source = source
    self.count = count
    self.sides = sides
  }

  /// Things that are joined to groups, one after the other (union and find, paths halved).
  private struct Groups {
    private var parents: [Int] = []

    mutating func add() -> Int {
      parents.append(parents.count)
      return parents.count - 1
    }

    mutating func root(_ thing: Int) -> Int {
      var thing = thing
      while parents[thing] != thing {
        parents[thing] = parents[parents[thing]]
        thing = parents[thing]
      }
      return thing
    }

    mutating func join(_ left: Int, _ right: Int) {
      let (left, right) = (root(left), root(right))
      parents[max(left, right)] = min(left, right)
    }
  }
}
