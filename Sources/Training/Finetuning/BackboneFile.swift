// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// A file that holds a bare backbone: what `resect strip` writes, a released model, or an `embedding_model.ckpt`.
package struct BackboneFile: Sendable {
  package let path: String
  package let document: Document
  package let state: StateDict
  package let backbone: Backbone
  /// What keys and shapes tell; `ECAPAConfiguration` has the dilations, which leave no trace in them.
  package let configuration: ECAPAConfiguration

  /// Opens a file, or the newest checkpoint of a folder.
  ///
  /// - Throws: `misfit` for anything but a bare ECAPA-TDNN, by name where it is known; what `Checkpoint.open` throws.
  package init(_ word: String) throws(CheckpointError) {
    let path = try CheckpointFolder.model(word)
    self.path = path
    document = try Checkpoint.open(path)
    do throws(CheckpointError) {
      guard case .stateDict(let state) = document[document.root] else { throw Self.notBare(document, path) }
      guard let backbone = Backbone(state, in: document) else { throw Self.notBare(document, path) }
      guard backbone.family == .ecapaTDNN else { throw Self.otherFamily(backbone) }
      self.state = state
      self.backbone = backbone
      configuration = try Self.configuration(of: backbone)
    } catch {
      throw error.at(file: path)
    }
  }

  /// The keys of the state dict in order.
  package var keys: [String] { Array(state.entries.keys) }

  /// The tensors of the state dict, by key.
  package var tensors: [String: TensorRecord] {
    var tensors: [String: TensorRecord] = [:]
    for (key, node) in state.entries {
      if case .tensor(let tensor) = document[node] { tensors[key] = tensor }
    }
    return tensors
  }

  /// The sizes under their names in upstream's constructor; dilations as published: 1, 2, 3, and so on, 1.
  private static func configuration(of backbone: Backbone) throws(CheckpointError) -> ECAPAConfiguration {
    func size(_ name: String) -> Int { backbone.sizes[name]?.first ?? 0 }
    var configuration = ECAPAConfiguration()
    configuration.inputs = backbone.mels ?? 0
    configuration.channels = backbone.sizes["channels"] ?? []
    configuration.kernels = backbone.sizes["kernel_sizes"] ?? []
    configuration.dilations = configuration.channels.indices.map { $0 + 1 }
    if let last = configuration.dilations.indices.last { configuration.dilations[last] = 1 }
    configuration.attentionChannels = size("attention_channels")
    configuration.squeezeChannels = size("se_channels")
    configuration.scale = size("res2net_scale")
    configuration.usesGlobalContext = size("global_context") == 1
    configuration.embedding = backbone.embedding
    try configuration.checkForTraining()
    return configuration
  }

  private static func otherFamily(_ backbone: Backbone) -> CheckpointError {
    let what =
      backbone.isClassifier ? "a \(backbone.family.rawValue)" : "a \(backbone.family.rawValue) backbone"
    return CheckpointError(
      .misfit, "it is \(what); ECAPA-TDNN is what this version trains and embeds with",
      hint: backbone.isClassifier ? "the `embedding_model.ckpt` beside it" : nil)
  }

  /// Says what the file is instead, as far as its layout tells.
  private static func notBare(_ document: Document, _ path: String) -> CheckpointError {
    if let plan = try? document.stripPlan() {
      let what = plan.backbone?.family.rawValue ?? "a backbone"
      return CheckpointError(
        .misfit, "it is no bare backbone: \(what) lies inside (\(plan.layout))",
        hint: "`resect strip \(path) -o backbone.pth`, then that file")
    }
    return CheckpointError(
      .misfit, "no backbone that is known has these keys and shapes",
      hint: "`resect tree \(path)` shows what it holds, `resect edit` changes its keys")
  }
}

extension ECAPAConfiguration {
  /// The most parameters of a network: 1 GiB in float32.
  private static let mostParameters = 0x1p28

  /// - Throws: `misfit` where the sizes make no network that features can go through, `limit` where it would not fit
  ///   into memory.
  package func checkForTraining() throws(CheckpointError) {
    guard inputs == FrontEnd.bins else {
      throw CheckpointError(
        .misfit, "the network takes \(inputs) mel bins; the front ends here give \(FrontEnd.bins)")
    }
    guard isSound else {
      throw CheckpointError(.misfit, "the sizes that keys and shapes tell do not make an ECAPA-TDNN")
    }
    let wide = channels.map(Double.init)
    let last = channels.count - 1
    var count = Double(inputs) * wide[0] * Double(kernels[0])
    for block in 1..<last {
      let part = wide[block] / Double(scale)
      count += wide[block - 1] * wide[block] * 2 + wide[block] * wide[block]
      count += Double(scale - 1) * part * part * Double(kernels[block])
      count += 2 * wide[block] * Double(squeezeChannels)
    }
    count += wide[1..<last].reduce(0, +) * wide[last] * Double(kernels[last])
    count += wide[last] * Double(attentionChannels) * (usesGlobalContext ? 4 : 2)
    count += 2 * wide[last] * Double(embedding)
    guard count < Self.mostParameters else {
      throw CheckpointError(
        .limit, "a network of these sizes has more than \(Int(Self.mostParameters)) parameters")
    }
  }
}
