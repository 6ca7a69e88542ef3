// SPDX-License-Identifier: Apache-2.0

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
