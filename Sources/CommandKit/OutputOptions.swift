// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
import Checkpoints

/// `--json`, on every command.
public struct OutputOptions: ParsableArguments {
  /// Whether a program reads what is printed.
  @Flag(name: .long, help: "Print one JSON object instead of text; errors too.")
  public var json = false

  /// For the argument parser.
  public init() {}

  /// Prints a report as JSON, or as the text that `text` makes of it.
  public func print(_ report: some Encodable, text: () -> String) throws {
    try Standard.output(json ? try JSONText.of(report) : text())
  }
}
