// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Networks of one kind: what they are recognised as, their sizes, and those that are published.
package struct NetworkFamily: Sendable {
  package let families: [Backbone.Family]
  package let sizes: any NetworkSizes.Type
  package let published: [PublishedNetwork]

  package init(
    _ families: [Backbone.Family], _ sizes: any NetworkSizes.Type, published: [PublishedNetwork] = []
  ) {
    self.families = families
    self.sizes = sizes
    self.published = published
  }
}

/// Networks of upstream's that differ in the size of their embeddings alone.
package struct PublishedNetwork: Sendable {
  /// What stands before the size: `eres2net-base`.
  package let name: String
  /// The sizes that upstream's recipes and released files have; any other may be asked for.
  package let embeddings: [Int]
  package let summary: String
  package let configuration: @Sendable (_ embedding: Int) -> NetworkConfiguration

  package init(
    _ name: String, _ embeddings: [Int], _ summary: String,
    _ configuration: @escaping @Sendable (_ embedding: Int) -> NetworkConfiguration
  ) {
    self.name = name
    self.embeddings = embeddings
    self.summary = summary
    self.configuration = configuration
  }
}
