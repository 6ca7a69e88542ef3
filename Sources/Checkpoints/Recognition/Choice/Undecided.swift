// SPDX-License-Identifier: Apache-2.0

/// Why the network that is meant cannot be told.
package enum Undecided: Error {
  /// No network has the name.
  case absent(Text, among: [Text])
  /// Several networks, none of which is the teacher.
  case noTeacher(count: Int, named: [Text])
  /// The last part of several names.
  case severalCalled(Text, [Text])
  /// A moving average that lacks keys of what it was taken of, and the first of them.
  case partialAverage(MovingAverage, missing: Int, first: Text)

  /// The same as a refusal: `absentBranch` or `ambiguous`, with `--branch` in the hint.
  package var error: CheckpointError {
    switch self {
    case .absent(let wanted, let names): Self.absent(wanted, names)
    case .noTeacher(let count, let names):
      Self.ambiguous("none of the \(count) networks is called `teacher`", names)
    case .severalCalled(let wanted, let names):
      Self.ambiguous("\(names.count) networks are called `\(wanted)`", names)
    case .partialAverage(let average, let missing, let first):
      CheckpointError(
        .ambiguous,
        "`\(average.average)`, the moving average, lacks \(missing) keys of `\(average.trained)`, such as `\(first)`",
        hint:
          "`--branch \(ShellWords.safe(average.trained))`, or `--branch \(ShellWords.safe(average.average))` as it is"
      )
    }
  }

  private static func ambiguous(_ reason: String, _ names: [Text]) -> CheckpointError {
    CheckpointError(
      .ambiguous, reason + ": " + Prose.list(names),
      hint: names.first.map { "`--branch \(ShellWords.safe($0))`" })
  }

  private static func absent(_ wanted: Text, _ names: [Text]) -> CheckpointError {
    guard let first = names.first else {
      return CheckpointError(
        .absentBranch,
        "there is no branch `\(wanted)`: the file holds one network and has no names for branches",
        hint: "leave `--branch` out")
    }
    return CheckpointError(
      .absentBranch, "there is no branch `\(wanted)`; the file has \(Prose.list(names))",
      hint: "`--branch \(ShellWords.safe(Nearest.match(wanted, among: names) ?? first))`")
  }
}
