// SPDX-License-Identifier: Apache-2.0

/// A speaker network of 3D-Speaker, recognised by its keys and shapes alone.
public struct Backbone: Sendable, Hashable, Codable {
  /// The networks of 3D-Speaker, as its papers call them; the words stand in reports.
  public enum Family: String, Sendable, Hashable, Codable, CaseIterable {
    case ecapaTDNN = "ECAPA-TDNN"
    case camPlusPlus = "CAM++"
    case eres2NetV2 = "ERes2NetV2"
    case eres2Net = "ERes2Net"
    case eres2NetHuge = "ERes2Net huge"
    case res2Net = "Res2Net"
    case resNet34 = "ResNet34"
    case xvector = "X-vector"
    /// No backbones, but what upstream puts on top of one.
    case cosineClassifier = "cosine classifier"
    case linearClassifier = "linear classifier"
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

  /// Whether it is what stands on a backbone, and none itself.
  public var isClassifier: Bool { family == .cosineClassifier || family == .linearClassifier }

  /// The sizes on one line: `ECAPA-TDNN, channels 1024 1024 1024 1024 3072, embedding 512, 80 mels`.
  public var summary: String {
    var parts = [family.rawValue]
    for name in sizes.keys.sorted() {
      let values = (sizes[name] ?? []).map(String.init).joined(separator: " ")
      parts.append("\(name) \(values)")
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

  init(
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
