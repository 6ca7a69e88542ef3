// SPDX-License-Identifier: Apache-2.0

/// A layer, and the batch norm that comes right after it.
///
/// Patterns are of module paths: `*` is one component, and `$1`, `$2` stand for them.
package struct NormRule: Sendable {
  var layer: Text
  var norm: Text

  package init(layer: Text, norm: Text) {
    self.layer = layer
    self.norm = norm
  }
}

/// Where the batch norms of an architecture stand.
package enum NormPlaces: Sendable {
  case known([NormRule])
  /// No batch norm follows a layer directly, and why.
  case never(String)
}
