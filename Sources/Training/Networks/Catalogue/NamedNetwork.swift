// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A network that is known without a file: by its name in the catalogue, or by the `embedding_model` of a configuration.
package struct NamedNetwork: Sendable, Equatable {
  /// As messages call it: `3dspeaker/ecapa-192`, `embedding_model`.
  package var name: String
  package var configuration: NetworkConfiguration
  /// Nil where the name does not tell: both forms of ECAPA-TDNN are called alike.
  package var frontEnd: FrontEnd?

  package init(name: String, configuration: NetworkConfiguration, frontEnd: FrontEnd?) {
    self.name = name
    self.configuration = configuration
    self.frontEnd = frontEnd
  }

  /// A network of the catalogue.
  ///
  /// - Parameter name: with or without `3dspeaker/`.
  /// - Throws: `wrongWords` with the nearest name, and for a classifier.
  package init(catalogue name: String) throws(CheckpointError) {
    guard let configuration = try NetworkCatalogue.configuration(of: name) else {
      throw CheckpointError(
        .wrongWords, "`\(name)` is a classifier, no backbone",
        hint: "`resect-train spec --list` shows the names")
    }
    self.name = NetworkCatalogue.whole(name)
    self.configuration = configuration
    frontEnd = configuration.sizes.frontEnd
  }
}

extension NetworkConfiguration {
  /// Family and sizes as keys and shapes tell them: what a file of this network would be recognised as.
  package func backbone(_ front: FrontEnd?) throws(CheckpointError) -> Backbone {
    guard var backbone = Backbone(KeyShapes(try slots)) else {
      throw CheckpointError(.misfit, "these sizes make no backbone that is known: \(sizes)")
    }
    if sizes.frontEnd == nil {
      backbone.frontEnd = front?.form
    }
    return backbone
  }
}

extension KeyShapes {
  /// What a network wants, as what a file holds.
  package init(_ slots: [StateSlot]) { self.init(Dictionary(slots.map { (Text($0.key), $0.shape) }) { $1 }) }
}
