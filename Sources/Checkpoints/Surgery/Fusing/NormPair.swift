// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A layer and the batch norm right after it, with their tensors.
struct NormPair {
  /// The paths of the two modules, without a dot at the end.
  var layer: Text
  var norm: Text
  var weight: TensorRecord
  var bias: TensorRecord?
  var mean: TensorRecord
  var variance: TensorRecord
  /// gamma and beta; nil for `affine=False`.
  var scale: TensorRecord?
  var shift: TensorRecord?

  /// More than any layer has: the factors of all channels are held in memory.
  static let mostChannels = 1 << 24

  /// The keys that go with the norm.
  var normKeys: [Text] {
    ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].map { norm + "." + $0 }
  }

  /// The pairs of a state dict in the order of their layers. Throws `misfit` where sizes do not agree.
  static func all(
    _ rules: [NormRule], under prefix: Text, in state: StateDict, of document: Document,
    at site: Document.StateDictSite
  ) throws(CheckpointError) -> [NormPair] {
    var matchers: [(PatternMatcher, Replacement)] = []
    for rule in rules {
      let pattern = try Pattern(rule.layer)
      matchers.append(
        (try PatternMatcher(pattern), try Replacement(rule.norm, captures: pattern.captureCount)))
    }
    var pairs: [NormPair] = []
    for key in state.entries.keys where key.hasSuffix(".weight") {
      guard let rest = key.rest(after: prefix) else { continue }
      let path = rest.dropLast(".weight".utf8.count)
      for (matcher, norm) in matchers {
        guard let captures = matcher.captures(in: path) else { continue }
        let found = NormPair(
          layer: prefix + path, norm: prefix + norm.text(for: captures), in: state, of: document)
        guard let found else { continue }
        try found.check(at: site)
        pairs.append(found)
      }
    }
    return pairs
  }

  /// Nil where there is no such norm with statistics.
  private init?(layer: Text, norm: Text, in state: StateDict, of document: Document) {
    func tensor(_ key: Text) -> TensorRecord? {
      guard let node = state.entries[key], case .tensor(let record) = document[node] else { return nil }
      return record
    }
    guard let weight = tensor(layer + ".weight"), let mean = tensor(norm + ".running_mean"),
      let variance = tensor(norm + ".running_var")
    else { return nil }
    self.layer = layer
    self.norm = norm
    self.weight = weight
    self.mean = mean
    self.variance = variance
    bias = tensor(layer + ".bias")
    scale = tensor(norm + ".weight")
    shift = tensor(norm + ".bias")
  }

  private func check(at site: Document.StateDictSite) throws(CheckpointError) {
    let channels = weight.shape.first ?? 0
    let vectors = [mean, variance] + [bias, scale, shift].compactMap { $0 }
    let made = [weight.dtype, bias?.dtype ?? weight.dtype]
    guard weight.shape.count > 1, channels <= Self.mostChannels,
      made.allSatisfy(FloatingPointCodec.targets.contains),
      vectors.allSatisfy({ $0.shape == [channels] && $0.dtype.isFloatingPoint })
    else {
      throw CheckpointError(
        .misfit, "its sizes or data types are not those of the batch norm `\(norm)` after it",
        at: .init(key: site.path(of: layer + ".weight")), hint: "`resect ls FILE` shows both")
    }
  }
}
