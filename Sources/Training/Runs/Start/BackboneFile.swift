// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// A file that holds a bare backbone: what `resect strip` writes, a released model, or an `embedding_model.ckpt`. Layers
/// of it may be missing where something else says what the network is.
package struct BackboneFile: Sendable {
  /// What is known of the network beside the file.
  package struct Naming: Sendable {
    /// Says what the network is, whatever the file holds.
    package var network: NamedNetwork?
    /// What a configuration says: it counts where the file does not tell all.
    package var recipe: Result<NamedNetwork, CheckpointError>?
    /// The length of embeddings, where the last layer, which would tell it, is not in the file.
    package var embedding: Int?
    /// Whether something can be said at all: what embeds wants the whole network.
    package var isOpen = true

    /// Nothing is known, and nothing can be said.
    static var closed: Self {
      var naming = Self()
      naming.isOpen = false
      return naming
    }

    package init(
      network: NamedNetwork? = nil, recipe: Result<NamedNetwork, CheckpointError>? = nil,
      embedding: Int? = nil
    ) {
      self.network = network
      self.recipe = recipe
      self.embedding = embedding
    }
  }

  package let path: String
  package let document: Document
  package let state: StateDict
  /// What the network is; its front end is the file's own affair.
  package let backbone: Backbone
  package let configuration: NetworkConfiguration
  /// What said what the network is; nil where keys and shapes do.
  package let named: NamedNetwork?

  /// Opens a file, or the newest checkpoint of a folder.
  ///
  /// - Throws: `misfit` for anything but a bare backbone, by name where it is known, and for one that lacks layers where
  ///   nothing says what it is; what `Checkpoint.open` throws.
  package init(_ word: String, _ naming: Naming = Naming()) throws(CheckpointError) {
    let path = try CheckpointFolder.model(word)
    self.path = path
    document = try Checkpoint.open(path)
    do throws(CheckpointError) {
      guard case .stateDict(let state) = document[document.root] else {
        throw NotBare(document, path, isOpen: naming.isOpen).error
      }
      self.state = state
      let shapes = KeyShapes(state, in: document)
      if naming.network == nil, let found = Backbone(shapes, embedding: naming.embedding) {
        (backbone, configuration, named) = (found, try NetworkConfiguration(found), nil)
        return
      }
      var network = naming.network
      if network == nil { network = try Self.recipe(naming, state, document) }
      guard let network else { throw NotBare(document, path, isOpen: naming.isOpen).error }
      var known = try network.configuration.backbone(nil)
      if network.configuration.sizes.frontEnd == nil { known.frontEnd = Self.frontEnd(of: state) }
      backbone = known
      (configuration, named) = (network.configuration, network)
    } catch { throw error.at(file: path) }
  }

  /// What the configuration says of a file that looks like a network with layers missing.
  private static func recipe(
    _ naming: Naming, _ state: StateDict, _ document: Document
  ) throws(CheckpointError) -> NamedNetwork? {
    guard let recipe = naming.recipe, BackboneLikeness(state, in: document) != nil else { return nil }
    switch recipe {
    case .success(let network): return network
    case .failure(let error): throw error
    }
  }

  /// The front end of an ECAPA-TDNN, as `_metadata` tells it: also where layers are missing.
  private static func frontEnd(of state: StateDict) -> Backbone.FrontEnd? {
    guard let modules = state.metadata?.keys else { return nil }
    if modules.contains("instancenorm") { return .mel }
    return ["blocks", "mfa", "asp", "asp_bn", "fc"].contains(where: modules.contains) ? .fbank : nil
  }

  /// The keys of the state dict in order.
  package var keys: [Text] { Array(state.entries.keys) }

  /// The tensors of the state dict, by key.
  package var tensors: [Text: TensorRecord] {
    var tensors: [Text: TensorRecord] = [:]
    for (key, node) in state.entries {
      if case .tensor(let tensor) = document[node] { tensors[key] = tensor }
    }
    return tensors
  }
}
