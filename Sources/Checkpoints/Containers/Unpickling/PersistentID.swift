// SPDX-License-Identifier: Apache-2.0

/// What PERSID or BINPERSID hands to a loader, as far as it is written in the pickle: for torch
/// `('storage', class, key, location, count)`.
package struct PersistentID: Hashable, Sendable {
  package enum Part: Hashable, Sendable {
    case text(Text)
    case name(GlobalName)
    /// A number, a container, the result of a call.
    case other
  }

  /// The items of a tuple, or the one thing that it is.
  package var parts: [Part]
}
