// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect why`: a `WhyReport`, a line a pass.
struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "What becomes of one key, and which pass did it.",
    discussion: """
      Without passes, those that `resect strip` would use. Exit code 1 where a pass refuses.

      Examples:
        resect why checkpoint.pth teacher/module.head.last_layer.weight_v
        resect why checkpoint.pth teacher/module.backbone.fc.conv.weight 'take teacher' 'unprefix module.'
      """)

  @Argument(help: "A checkpoint.", completion: .file())
  var file: String

  @Argument(help: "A path as `resect ls` prints it, or a key.", completion: TensorNames.completion)
  var key: Text

  @Argument(help: "Passes, or @FILE.")
  var passes: [String] = []

  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let given = passes.isEmpty ? nil : try Recipe(arguments: passes)
    let document = try Checkpoint.open(file)
    let why = try NothingFound.reading { () throws(CheckpointError) in
      try document.why(key, given: given)
    }
    try output.print(why) { Self.text(why) }
    if why.steps.contains(where: { $0.error != nil }) { throw Finding.found }
  }

  static func text(_ why: WhyReport) -> String {
    var table = TextTable(.left, .left)
    table.add(["", Words.plain(why.path)])
    for step in why.steps {
      var outcome = step.outcome.rawValue + (step.detail.map { ", " + $0 } ?? "")
      if step.outcome == .renamed, let path = step.path { outcome = "is now \(path)" }
      if let error = step.error { outcome = "refused: " + error.message }
      table.add([step.pass, Words.plain(outcome)])
      if let hint = step.error?.hint { table.add(["", "  try: " + Words.plain(hint)]) }
    }
    return table.text
  }
}
