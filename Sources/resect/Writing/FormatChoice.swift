// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints

/// The word after `--to`.
struct FormatChoice: ExpressibleByArgument {
  let format: OutputPlan.Format

  static let list = OutputPlan.Format.allCases.map(\.rawValue).joined(separator: ", ")
  static let allValueStrings = OutputPlan.Format.allCases.map(\.rawValue)

  init?(argument: String) {
    guard let format = OutputPlan.Format(rawValue: argument) else { return nil }
    self.format = format
  }

  /// The format that `--to` names, or else the suffix of the output.
  static func resolve(_ choice: FormatChoice?, path: String?) throws -> OutputPlan.Format {
    if let choice { return choice.format }
    if let path, let format = OutputPlan.Format(suffixOf: path) { return format }
    throw CheckpointError(
      .wrongWords, path == nil ? "which format?" : "the suffix of the output names no format",
      at: .init(file: path), hint: "`--to FORMAT`, one of \(list)")
  }
}
