// SPDX-License-Identifier: Apache-2.0

/// `fuse weight-norm` and `fuse batch-norm [eps=NUMBER]`: a normalisation becomes part of the weight that it acts on.
public struct Fuse: WordPass {
  /// Which normalisation.
  public enum Kind: Sendable, Hashable {
    /// g and v become one weight.
    case weightNorm
    /// A batch norm goes into the convolution or linear layer right before it; `eps` is not in a checkpoint.
    case batchNorm(eps: Double)
  }

  package static let word = "fuse"
  package static let usage = "KIND [eps=NUMBER]"
  package static let synopsis = "fuse weight-norm | batch-norm"
  package static let summary: String? = "a normalisation becomes part of the weights"

  /// PyTorch's own.
  public static let defaultEps = FoldedNorm.defaultEps

  /// Which normalisation goes.
  public var kind: Kind

  /// - Parameter kind: an `eps` that is not the network's own gives other numbers; checkpoints do not have
  /// it.
  public init(_ kind: Kind) { self.kind = kind }

  package init(arguments: [String]) throws(CheckpointError) {
    switch arguments.first {
    case "weight-norm" where arguments.count == 1: kind = .weightNorm
    case "batch-norm" where arguments.count == 1: kind = .batchNorm(eps: Self.defaultEps)
    case "batch-norm" where arguments.count == 2: kind = .batchNorm(eps: try Self.eps(arguments[1]))
    default:
      throw CheckpointError(
        .wrongWords, "`fuse` takes `weight-norm`, or `batch-norm` and then perhaps `eps=NUMBER`",
        hint: "`fuse weight-norm`, `fuse batch-norm`, `fuse batch-norm eps=0.001`")
    }
  }

  package var arguments: [Text] {
    switch kind {
    case .weightNorm: ["weight-norm"]
    case .batchNorm(let eps): ["batch-norm"] + (eps == Self.defaultEps ? [] : ["eps=\(eps)"])
    }
  }

  /// - Throws: `nothingMatched` where there is none; `collision` where the weight's name is taken; `unknownLayout` where
  /// no network is known, so that what stands before a batch norm cannot be told; `contradiction` where folding would
  /// change what is computed; `misfit` for shapes that do not go together.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    switch kind {
    case .weightNorm: try WeightNormFusion().apply(to: &document, report: &report)
    case .batchNorm(let eps): try BatchNormFusion(eps: eps).apply(to: &document, report: &report)
    }
  }

  private static func eps(_ word: String) throws(CheckpointError) -> Double {
    guard word.hasPrefix("eps="), let eps = Double(word.dropFirst("eps=".count)), eps.isFinite, eps >= 0
    else {
      throw CheckpointError(
        .wrongWords, "`\(word)` is not `eps=` and a number that is not negative",
        hint: "`fuse batch-norm eps=0.001`")
    }
    return eps
  }
}

extension Pass where Self == Fuse {
  /// Makes a normalisation part of the weight that it acts on.
  public static func fuse(_ kind: Fuse.Kind) -> Self { Fuse(kind) }
}
