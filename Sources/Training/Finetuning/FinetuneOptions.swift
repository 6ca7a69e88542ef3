// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Everything that a fine-tuning run is told. The defaults suit some hundred to some ten thousand utterances.
package struct FinetuneOptions: Sendable, Equatable {
  package var backbone: String
  package var data: String
  package var output: String
  package var labelColumn: String?
  package var heldOut: String?
  package var frontEnd: FrontEnd?
  package var rules = LoadingTable.Rules()
  /// Another embedding size than the file's: its last layer is then of another shape.
  package var embedding: Int?
  package var classifier = ClassifierKind.cosine
  /// `all`, `none`, or patterns of the backbone's keys.
  package var freeze: [String] = ["none"]

  package var epochs = 20
  package var batchSize = 16
  package var seed: UInt64 = 0
  package var learningRate = 0.005
  package var minimumRate = 1e-5
  package var warmupEpochs = 1
  package var momentum = 0.9
  package var weightDecay = 1e-4
  package var nesterov = true
  package var margin = 0.2
  /// Epochs, counted from 0, between which the margin rises from 0 to `margin`.
  package var marginStart = 0
  package var marginEnd = 5

  package var cropSeconds: Double? = 2
  package var cropFrames: Int?
  package var padding = Crop.Padding.tile
  package var saveEvery = 5
  package var threads: Int?
  /// New checkpoints may stand beside those that the experiment has.
  package var isBeside = false

  package init(backbone: String, data: String, output: String) {
    self.backbone = backbone
    self.data = data
    self.output = output
  }

  /// - Throws: `wrongWords` for a number that makes no sense.
  package func check() throws(CheckpointError) {
    try Self.require((1...100_000).contains(epochs), "--epochs \(epochs)", "1 to 100000")
    try Self.require((1...16_384).contains(batchSize), "--batch-size \(batchSize)", "1 to 16384")
    try Self.require(saveEvery > 0, "--save-every \(saveEvery)", "at least 1")
    try Self.require((1...256).contains(threads ?? 1), "--threads \(threads ?? 1)", "1 to 256")
    try Self.require((1...65_536).contains(embedding ?? 1), "--embedding \(embedding ?? 1)", "1 to 65536")
    try Self.require(learningRate > 0 && learningRate.isFinite, "--lr \(learningRate)", "above 0")
    try Self.require(
      minimumRate >= 0 && minimumRate <= learningRate, "--min-lr \(minimumRate)", "0 to --lr, \(learningRate)"
    )
    try Self.require((0...epochs).contains(warmupEpochs), "--warmup-epochs \(warmupEpochs)", "0 to --epochs")
    try Self.require(momentum >= 0 && momentum < 1, "--momentum \(momentum)", "0 to below 1")
    try Self.require(weightDecay >= 0 && weightDecay.isFinite, "--weight-decay \(weightDecay)", "at least 0")
    try Self.require(margin >= 0 && margin < 1.5, "--margin \(margin)", "0 to below 1.5 (radians)")
    try Self.require(marginStart >= 0, "--margin-start \(marginStart)", "at least 0")
    try Self.require(marginEnd >= marginStart, "--margin-end \(marginEnd)", "at least --margin-start")
    if nesterov && momentum == 0 {
      throw CheckpointError(.wrongWords, "Nesterov's step needs a momentum", hint: "--no-nesterov")
    }
    if freeze.count > 1, freeze.contains("all") || freeze.contains("none") {
      throw CheckpointError(
        .wrongWords, "`--freeze all` and `--freeze none` stand alone",
        hint: "patterns only: --freeze 'blocks.0.**'")
    }
  }

  private static func require(
    _ holds: Bool, _ what: String, _ range: String
  ) throws(CheckpointError) {
    if !holds { throw CheckpointError(.wrongWords, "`\(what)`: it must be \(range)") }
  }

  /// The crop that the options say.
  func crop(_ front: FrontEnd) throws(CheckpointError) -> Crop {
    if let cropFrames { return try Crop(frames: cropFrames, frontEnd: front, padding: padding) }
    return try Crop(seconds: cropSeconds ?? 2, frontEnd: front, padding: padding)
  }
}
