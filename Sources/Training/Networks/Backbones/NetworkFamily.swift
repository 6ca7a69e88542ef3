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
