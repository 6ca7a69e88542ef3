// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of a network of one kind, which make it.
package protocol NetworkSizes: Sendable, Equatable {
  /// The length of an embedding.
  var embedding: Int { get set }

  /// What the network takes; nil where it has two forms that neither keys and shapes nor its name tell apart.
  var frontEnd: FrontEnd? { get }

  /// Whether they go together.
  var isSound: Bool { get }

  /// The sizes that keys and shapes tell, whether they are sound or not; nil where one is not told.
  init?(_ backbone: Backbone)

  /// The network with values from `source`.
  ///
  /// - Parameter front: what it takes, where it has two forms.
  /// - Throws: `misfit` when the sizes do not go together, or what the source throws.
  func network<Numbers: Kernels>(
    _: Numbers.Type, front: FrontEnd, source: any ParameterSource
  ) throws(CheckpointError) -> any SpeakerNetwork<Numbers>
}

extension NetworkSizes {
  package var frontEnd: FrontEnd? { .fbank }

  /// Whether the others are of the same kind, and the same.
  func equals(_ others: any NetworkSizes) -> Bool { others as? Self == self }
}

extension Backbone {
  /// A size that is one number; 0 where it is not told.
  package func size(_ name: String) -> Int { sizes[name]?.first ?? 0 }
}
