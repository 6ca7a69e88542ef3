// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The sizes of a backbone of any family, and the way from them to the network.
package struct NetworkConfiguration: Sendable, Equatable {
  package var sizes: any NetworkSizes

  package init(_ sizes: any NetworkSizes) { self.sizes = sizes }

  package var embedding: Int {
    get { sizes.embedding }
    set { sizes.embedding = newValue }
  }

  package static func == (a: Self, b: Self) -> Bool { a.sizes.equals(b.sizes) }

  /// The network with values from `source`.
  ///
  /// - Throws: `misfit` when the sizes do not go together, or what the source throws.
  package func network<Numbers: Kernels>(
    _: Numbers.Type, front: FrontEnd, source: any ParameterSource
  ) throws(CheckpointError) -> any SpeakerNetwork<Numbers> {
    try sizes.network(Numbers.self, front: front, source: source)
  }

  /// Keys and shapes of the state dict, in order, as a network of these sizes has them.
  package var slots: [StateSlot] {
    get throws(CheckpointError) {
      try network(FastKernels.self, front: .fbank, source: OutlineParameters()).registry.slots
    }
  }
}
