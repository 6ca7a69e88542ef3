// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect merge`: words into a `Merge`.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Several checkpoints of one network made into one.",
    discussion: """
      Tensors are paired by their paths and computed in double, in the order of the files, rounded once; each keeps \
      its data type. Other keys, shapes or data types are refused. What is no tensor comes from the first file. The suffix of OUT tells its \
      format; without one that is known it stays the first file's.

        average   mean of all, or with --weights
        ema       e = d e + (1 - d) x, with --decay d
        lerp      from the first file to the second, with --t
        slerp     the same on a circle, a tensor at a time
        task      base + sum of weight (x - base), with --base

      Examples:
        resect merge epoch-6* -o mean.pth --path model
        resect merge a.pth b.pth c.pth -o ema.pth --method ema --decay 0.9 --integers last
        resect merge a.pth b.pth -o between.pth --method slerp --t 0.3
        resect merge a.pth b.pth -o both.pth --method task --base start.pth --weights 0.5,0.5
      """)

  @Argument(help: "Checkpoints, two or more.", completion: .file())
  var files: [String]

  @Option(help: "average, ema, lerp, slerp or task.", completion: .list(MergeMethod.names))
  var method = "average"

  @Option(help: "A weight a file, with commas between: for average and task.")
  var weights: String?

  @Option(help: "For ema: how much of the sum so far is kept.")
  var decay: Double?

  @Option(help: "For lerp and slerp: 0 is the first file, 1 the second.")
  var t: Double?

  @Option(help: "For task: what the files were trained from.", completion: .file())
  var base: String?

  @Option(help: "Merge this part of each file; it becomes the document.")
  var path: Text?

  @Option(help: "Where integers differ: first, last or max.", completion: .list(["first", "last", "max"]))
  var integers: String?

  @Flag(help: "Write even where finite values become infinite.")
  var allowOverflow = false

  @OptionGroup var write: WriteOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try write.checkPath()
    let words = MergeWords(
      method: method, weights: weights, decay: decay, t: t, base: base, integers: integers)
    let method = try words.parsed(files: files.count)
    let options = Merge.Options(path: path, integers: try words.rule(), allowsOverflow: allowOverflow)
    var documents: [Document] = []
    for file in files { documents.append(try Checkpoint.open(file)) }
    let format = OutputPlan.Format(editing: documents[0], to: write.path)
    var merge = try Merge(
      documents, base: base.map { try Checkpoint.open($0) }, method, format: format, options: options)
    try write.write(&merge)
    try write.print(merge.report, output) { MergeText(merge.report).text }
  }
}
