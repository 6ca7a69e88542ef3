// SPDX-License-Identifier: Apache-2.0

/// A speaker network of 3D-Speaker, recognised by its keys and shapes alone.
public struct Backbone: Sendable, Hashable, Codable {
  /// What a network is called, as upstream's papers call it; the word stands in reports. Each is named in the file that
  /// recognises it.
  public struct Family: RawRepresentable, Sendable, Hashable, Codable {
    /// As reports have it: `ECAPA-TDNN`.
    public var rawValue: String

    /// Any word may be one: a list of networks can be added to.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// What an ECAPA-TDNN takes. The keys do not tell: only `_metadata` does.
  public enum FrontEnd: String, Sendable, Hashable, Codable {
    /// Power mels; log and instance norm are part of the network (`models/rdino`, `models/sdpn`).
    case mel
    /// Mean-normalised Kaldi log filter banks (`models/ecapa_tdnn`).
    case fbank
  }

  /// Which network it is; a variant that keys and shapes tell apart is a family of its own.
  public var family: Family
  /// The length of the embedding; for a classifier that of its input.
  public var embedding: Int
  /// Mel bins of the input; nil for classifiers.
  public var mels: Int?
  /// Nil where the family has no choice, or the file does not tell.
  public var frontEnd: FrontEnd?
  /// Layers that are not there, each by the shortest name below which there is nothing: `asp_bn`. Absent where none is.
  public var missing: [Text]?
  /// The other sizes under the names of upstream's arguments: `channels`, `attention_channels`, `m_channels`,
  /// ...
  public var sizes: [String: [Int]]

  /// Whether it is what stands on a backbone, and none itself: it takes no mel bins.
  public var isClassifier: Bool { mels == nil }

  /// The sizes on one line: `ECAPA-TDNN, channels 1024 1024 1024 1024 3072, embedding 512, 80 mels`.
  public var summary: String {
    var parts = [family.rawValue]
    for name in sizes.keys.sorted() {
      parts.append("\(name) \(Self.words(sizes[name] ?? []))")
    }
    parts.append(isClassifier ? "input \(embedding)" : "embedding \(embedding)")
    if let mels { parts.append("\(mels) mels") }
    switch frontEnd {
    case .mel: parts.append("self-supervised form (takes power mels)")
    case .fbank: parts.append("supervised form (takes log filter banks)")
    case nil: break
    }
    if let missing { parts.append("without \(Prose.list(missing))") }
    return parts.joined(separator: ", ")
  }

  static func words(_ sizes: [Int]) -> String { sizes.map(String.init).joined(separator: " ") }

  package init(
    family: Family, embedding: Int, mels: Int?, frontEnd: FrontEnd?, missing: [Text] = [],
    sizes: [String: [Int]]
  ) {
    self.family = family
    self.embedding = embedding
    self.mels = mels
    self.frontEnd = frontEnd
    self.missing = missing.isEmpty ? nil : missing
    self.sizes = sizes
  }
}
