// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// A backbone as an ONNX model, planned.
package struct ExportJob {
  package struct Options: Sendable {
    /// What the network takes, where its file does not tell.
    package var front: FrontEnd?
    package var client = ExportClient.sherpaONNX
    /// sherpa-onnx's `language`, which it wants and prints.
    package var language = "unknown"
    /// Fixes the time axis, for hardware that takes no other.
    package var frames: Int?
    /// Initialisers are float16, and each is cast back once; arithmetic stays float32.
    package var isHalf = false
    /// Where a threshold for the model is.
    package var calibration: Calibration?

    package init() {}
  }

  package let options: Options
  package let file: BackboneFile
  package let choice: FrontEndChoice
  package let model: OperatorModel
  package let shortestInput: Int
  /// What was put into the model for its scores.
  package let threshold: Double?
  /// The passes that the weights went through.
  private let steps: [PassReport]
  /// What the user should know, a sentence each.
  package let notes: [String]

  /// - Throws: `misfit` for what the client cannot feed or take; what the model's file is refused for.
  package init(_ word: String, version: String, _ options: Options) throws(CheckpointError) {
    let file = try BackboneFile(word, .closed)
    let choice = try FrontEndChoice(asked: options.front, in: file)
    try file.checkWhole()
    let client = options.client
    let network = try file.configuration.network(
      FastKernels.self, front: choice.front, source: OutlineParameters())
    try client.check(choice.front, network.inputs, network.embedding, file.path)
    if let frames = options.frames, frames < network.shortestInput {
      throw CheckpointError(
        .wrongWords, "`--frames \(frames)`: the network needs at least \(network.shortestInput)")
    }
    let threshold = options.calibration.map {
      ExportThreshold($0, for: client, of: choice.front, file.path)
    }
    let folded: FoldedBackbone
    do throws(CheckpointError) {
      folded = try FoldedBackbone(file.document, isHalf: options.isHalf)
      var graph = try network.graph(input: client.input, output: client.output).folding(folded.keys)
      if let frames = options.frames { graph.inputs[0].dimensions[1] = .size(frames) }
      if options.isHalf { graph.castParameters() }
      model = OperatorModel(
        try folded.filling(graph), producer: ("resect", Text(version)),
        metadata: try Self.metadata(network, choice.front, file, folded, options, threshold, version))
    } catch { throw error.at(file: file.path) }
    (self.options, self.file, self.choice, shortestInput) = (options, file, choice, network.shortestInput)
    (steps, self.threshold) = (folded.steps, threshold?.value)
    notes = [choice.note, client.note(choice.front), threshold?.note].compactMap(\.self)
  }

  private static func metadata(
    _ network: any SpeakerNetwork<FastKernels>, _ front: FrontEnd, _ file: BackboneFile,
    _ folded: FoldedBackbone, _ options: Options, _ threshold: ExportThreshold?, _ version: String
  ) throws(CheckpointError) -> OrderedDictionary<Text, Text> {
    var entries: OrderedDictionary<Text, Text> = [:]
    // An NPU's or a program's own needs none; nobody minds those of others.
    if options.client != .plain {
      entries = [
        "framework": "3d-speaker", "language": Text(options.language), "sample_rate": "16000",
        "output_dim": Text(network.embedding), "normalize_samples": "1",
        "feature_normalize_type": "global-mean",
        "comment": Text(file.backbone.summary),
      ]
    }
    let digest = try InputFile(path: file.path).sha256()
    entries[GraphMetadata.checkpoint] = Text(digest.hexadecimal)
    entries[GraphMetadata.frontEnd] = Text(front.rawValue)
    entries[GraphMetadata.minFrames] = Text(network.shortestInput)
    if let value = threshold?.value {
      entries[GraphMetadata.threshold] = "\(value)"
      entries[GraphMetadata.thresholdRule] = Text(ScoringRule.cosine.rawValue)
      entries[GraphMetadata.thresholdFrontEnd] = threshold?.frontEnd
    }
    entries[GraphMetadata.folding] = folded.recipe
    entries[GraphMetadata.version] = Text(version)
    return entries
  }

  package func plan() throws(CheckpointError) -> OutputPlan { try OutputPlan(model) }

  /// - Parameter file: the model as it was written.
  /// - Throws: `misfit` where the graph does not give the network's embeddings.
  package func check(_ file: InputFile) throws(CheckpointError) -> ExportCheck { try ExportCheck(self, file) }

  /// What the model was made of, hashed, for its statement.
  ///
  /// - Throws: what `ProvenanceRecord` throws.
  package func provenance(of output: String, replacing: Bool) throws(CheckpointError) -> ProvenanceRecord {
    var words: [Text: Text] = [
      "--for": Text(options.client.rawValue), "--front-end": Text(choice.front.rawValue),
      "--language": Text(options.language),
    ]
    if let frames = options.frames { words["--frames"] = Text(frames) }
    if options.isHalf { words["--half"] = "yes" }
    let account = RunAccount(
      "export", options: words, inputs: [.init("checkpoint", file.path, isCheckpoint: true)], steps: steps)
    return try ProvenanceRecord(of: account, to: output, by: "resect-train", replacing: replacing)
  }
}
