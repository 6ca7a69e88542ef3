// SPDX-License-Identifier: Apache-2.0

/// What a state dict looks like that lacks layers of a network, so that its sizes are not all told: the family that most
/// of its keys are of, the sizes that are left, and the layers that are not there.
public struct BackboneLikeness: Sendable, Hashable, Codable {
  /// Two where what is missing would tell which it is.
  public var families: [Backbone.Family]
  /// Sizes that can still be told, in words: `channels 512`.
  public var sizes: [String]
  /// Layers that are not there, each by the shortest name below which there is nothing: `fc`.
  public var missing: [Text]

  /// In one line: ``ECAPA-TDNN, channels 512, without `fc` ``.
  public var summary: String {
    let names = families.map(\.rawValue).joined(separator: " or ")
    let without = missing.isEmpty ? [] : ["without \(Prose.list(missing))"]
    return ([names] + sizes + without).joined(separator: ", ")
  }

  /// - Parameters:
  ///   - sizes: in words; nil is left out.
  ///   - layers: those that a whole network of the family has, each by the key of its weight.
  package init(
    _ families: [Backbone.Family], sizes: [String?], layers: [String], in names: LayerNames
  ) {
    self.families = families
    self.sizes = sizes.compactMap { $0 }
    missing = names.missing(layers)
  }

  /// No network that is known has more blocks in a row, or parts in a block: a number in a key is not believed beyond.
  package static let most = 64

  /// `channels 512` where all that are known agree, `channels 512 ? 256` where not; nil where none is known.
  package static func words(_ name: String, _ sizes: [Int?]) -> String? {
    let known = sizes.compactMap { $0 }
    guard let first = known.first else { return nil }
    if known.allSatisfy({ $0 == first }) { return "\(name) \(first)" }
    return name + " " + sizes.map { $0.map(String.init) ?? "?" }.joined(separator: " ")
  }
}
