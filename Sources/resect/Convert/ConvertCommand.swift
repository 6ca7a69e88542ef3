// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect convert`: words into a `Convert`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a checkpoint in another format, bit for bit.",
    discussion: """
      The content of FILE tells its format; the suffix of OUT, or --to, tells the new one. What a format cannot hold \
      is refused, not left out.

      Examples:
        resect convert model.safetensors -o model.pth
        resect convert model.pth -o model.npz --compress
        resect convert model.pth -o old.pth --to torch-legacy
        resect convert backbone.pth --to 3dspeaker --classes 1211 --speed-perturbed -o models/CKPT-EPOCH-0-00
        resect convert models/CKPT-EPOCH-3-00 -o checkpoint.pth
        resect convert checkpoint.pth --to dcp -o checkpoint
        resect convert checkpoint.pth -o checkpoint.safetensors
        resect convert model.pth -o folder --to safetensors --shard-size 500MB
        resect convert backbone.pth --to modelscope --threshold 0.31 -o speaker-model
      """)

  @Argument(help: "A checkpoint: a file or a folder.", completion: .file())
  var file: String

  @Option(help: "The format: \(FormatChoice.list). Told by the suffix of OUT unless it is a folder.")
  var to: FormatChoice?

  @Option(
    help: "Write a folder of shards of at most so many bytes: 5GB, 500MB, 64MiB. For safetensors and torch.")
  var shardSize: ShardSizeWord?

  @Flag(help: "Leave out leaves that the format cannot hold; the report lists them.")
  var dropValues = false

  @Flag(help: "Write objects beyond known data types by name; such a file does not load by default.")
  var keepOpaque = false

  @Flag(help: "npz: deflate the arrays.")
  var compress = false

  @Flag(help: "npz: write the bits of types that numpy has not, bfloat16 among them, as unsigned integers.")
  var bits = false

  @OptionGroup(title: "3D-Speaker folders") var folder: ThreeDSpeakerWords
  @OptionGroup(title: "Folders for modelscope") var modelScope: ModelScopeWords
  @OptionGroup var write: WriteOptions
  @OptionGroup var removed: RemovedOptions
  @OptionGroup var trust: TrustOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    try write.checkPath()
    try removed.checkPath()
    let format = try FormatChoice.resolve(to, path: write.path)
    var options = OutputPlan.Options(keepsOpaque: keepOpaque)
    options.dropsValues = dropValues
    try checkFlags(format)
    options.compresses = compress
    options.carriesBits = bits
    options.threeDSpeaker = try folder.options(for: format, path: write.path)
    options.modelScope = try modelScope.options(for: format)
    options.shardSize = shardSize?.size.bytes
    var convert = try Convert(Checkpoint.open(file), to: format, options: options)
    try removed.plan(&convert)
    try write.write(&convert, patch: removed.keepRemoved)
    try write.print(convert.report, output) { ConvertText(convert.report).text }
  }

  private func checkFlags(_ format: OutputPlan.Format) throws {
    for (flag, isSet) in [("--compress", compress), ("--bits", bits)] where isSet && format != .npz {
      throw CheckpointError(.wrongWords, "\(flag) is for npz, not for \(format.rawValue)")
    }
  }
}

/// The word after `--shard-size`.
struct ShardSizeWord: ExpressibleByArgument {
  let size: ShardSize

  init?(argument: String) {
    guard let size = ShardSize(argument) else { return nil }
    self.size = size
  }
}
