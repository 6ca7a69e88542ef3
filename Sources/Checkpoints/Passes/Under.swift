// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `under PREFIX`: in every state dict that has keys below a prefix, keep those, without the prefix.
public struct Under: PrefixWord {
  package static let word = "under"
  public var prefix: String

  public init(_ prefix: String) { self.prefix = prefix }

  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    try rekey(
      &document, &report, where: { $0.entries.keys.contains { $0.rest(after: prefix) != nil } },
      rule: { _ in .mapped(newModule) },
      { $0.rest(after: prefix).map(String.init) })
  }

  private func newModule(_ path: String) -> String? {
    path == module ? "" : path.rest(after: prefix).map(String.init)
  }
}

extension Pass where Self == Under {
  /// Keeps what lies below a prefix, and drops the prefix.
  public static func under(_ prefix: String) -> Self { Under(prefix) }
}
