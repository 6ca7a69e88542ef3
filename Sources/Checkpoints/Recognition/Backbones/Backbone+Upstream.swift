// SPDX-License-Identifier: Apache-2.0

extension Backbone {
  /// Why 3D-Speaker's class cannot be built in these sizes; nil where it can.
  ///
  /// What each class takes as an argument and what stands fixed in its code is read off `speakerlab/models/` of
  /// modelscope/3D-Speaker at 09e7806.
  public var upstreamNote: String? {
    upstreamMisfit.map { "\($0): upstream's class cannot be built so; it loads here only" }
  }

  private var upstreamMisfit: String? {
    func fixed(_ name: String, _ values: [Int]) -> String? {
      guard let own = sizes[name], own != values else { return nil }
      return "\(name) \(Self.words(own)), not \(Self.words(values))"
    }
    switch family {
    case .ecapaTDNN:
      // `mfa` takes `channels[-1]` inputs: what the blocks give together.
      let channels = sizes["channels"] ?? []
      let joined = channels.dropFirst().dropLast().reduce(0, +)
      guard let last = channels.last, last != joined else { return nil }
      return "channels end in \(last), and the blocks before it have \(joined) together"
    case .camPlusPlus:
      let growth = sizes["growth_rate"]?.first ?? 1
      let bottleneck = sizes["bottleneck"]?.first ?? 0
      guard bottleneck.isMultiple(of: max(growth, 1)) else {
        return "bottleneck \(bottleneck), which is no multiple of growth_rate \(growth)"
      }
      return fixed("m_channels", [32]) ?? fixed("layers", [12, 24, 16])
    case .eres2Net, .res2Net:
      return fixed("expansion", [2]) ?? fixed("scale", [2]) ?? fixed("baseWidth", [32])
    case .eres2NetHuge:
      return fixed("expansion", [4]) ?? fixed("scale", [3]) ?? fixed("baseWidth", [24])
    case .xvector:
      let channels = sizes["channels"] ?? []
      guard Set(channels.dropLast()).count <= 1 else {
        return "channels \(Self.words(channels)), which are not equal before the last"
      }
      return fixed("kernel_sizes", [5, 3, 3, 1, 1])
    case .eres2NetV2, .resNet34, .cosineClassifier, .linearClassifier: return nil
    }
  }

  private static func words(_ sizes: [Int]) -> String { sizes.map(String.init).joined(separator: " ") }
}
