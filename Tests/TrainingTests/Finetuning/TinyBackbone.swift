// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import OrderedCollections
import TestSupport
import Training

/// A small ECAPA-TDNN with fresh weights, and speech-like features of three speakers, as files.
struct TinyBackbone {
  enum Metadata { case mel, fbank, none }

  let folder: TemporaryFolder
  var data: String { folder("train.csv") }

  static var configuration: ECAPAConfiguration {
    var sizes = ECAPAConfiguration()
    sizes.channels = [8, 8, 8, 8, 16]
    (sizes.attentionChannels, sizes.squeezeChannels, sizes.scale, sizes.embedding) = (4, 4, 2, 6)
    return sizes
  }

  init() throws {
    folder = try TemporaryFolder()
    var rows = "path,spk\n"
    for speaker in 0..<3 {
      for number in 0..<4 {
        let name = "s\(speaker)-\(number).npy"
        let frames = 20 + 3 * number
        let values = (0..<frames * 80).map { index in
          let (frame, bin) = (Double(index / 80), Double(index % 80))
          return Float(exp(sin(0.1 * Double(speaker + 2) * bin) + 0.4 * sin(0.9 * frame + Double(number))))
        }
        try File.write(NPYArray(floats: values, shape: [frames, 80]).npy(), to: folder(name))
        rows += "\(name),speaker-\(speaker)\n"
      }
    }
    try File.write(Array(rows.utf8), to: data)
  }

  /// Writes a backbone; `change` may alter its entries.
  func write(
    _ metadata: Metadata = .mel, _ change: (inout [StateEntry]) -> Void = { _ in }
  ) throws -> String {
    let network = try ECAPANetwork<FastKernels>(
      Self.configuration, front: .mel, source: FreshParameters(seed: 3))
    var entries = network.registry.stateDict
    change(&entries)
    var modules = ["", "blocks", "blocks.0"]
    if metadata == .mel { modules.append("instancenorm") }
    var document = StateDictDocument.make(entries, modules: modules)
    if metadata == .none, case .stateDict(var state) = document[document.root] {
      state.metadata = nil
      document[document.root] = .stateDict(state)
    }
    try OutputPlan(document).write(to: folder("backbone.pth"), replacing: true)
    return folder("backbone.pth")
  }

  /// What a run wrote into a checkpoint's folder: backbone, classifier and optimizer, one after the other.
  static func bytes(of checkpoint: String) throws -> [UInt8] {
    try ["embedding_model.ckpt", "classifier.ckpt", "optimizer.pt"].flatMap {
      try File.bytes(at: "\(checkpoint)/\($0)")
    }
  }

  func table(_ path: String, _ rules: LoadingTable.Rules = .init()) throws -> LoadingTable {
    let file = try BackboneFile(path)
    return try LoadingTable(try file.configuration.slots, file, rules)
  }

  /// A run of two epochs on crops of 16 frames.
  func options(_ path: String, _ experiment: String = "exp") -> FinetuneOptions {
    var options = FinetuneOptions(backbone: path, data: data, output: folder(experiment))
    (options.epochs, options.batchSize, options.cropFrames, options.threads) = (2, 4, 16, 1)
    options.marginEnd = 1
    return options
  }
}

/// Remembers nothing.
struct SilentObserver: FinetuneObserver {
  func began(_ before: EpochJudgement?, resumedAt: Int?) {}
  func stepped(_ step: StepFigures) {}
  func finished(_ figures: EpochFigures, seconds: Double) {}
  func stopped(_ stop: EarlyStop) {}
  func averaged(_ average: AverageReport) {}
  func blended(_ blend: BlendReport) {}
  func wrote(_ folder: String) {}
}

/// Does something once, after the first epoch.
final class AfterFirstEpoch: FinetuneObserver {
  private let action: () -> Void

  init(_ action: @escaping () -> Void) { self.action = action }

  func began(_ before: EpochJudgement?, resumedAt: Int?) {}
  func stepped(_ step: StepFigures) {}
  func finished(_ figures: EpochFigures, seconds: Double) { if figures.epoch == 1 { action() } }
  func stopped(_ stop: EarlyStop) {}
  func averaged(_ average: AverageReport) {}
  func blended(_ blend: BlendReport) {}
  func wrote(_ folder: String) {}
}
