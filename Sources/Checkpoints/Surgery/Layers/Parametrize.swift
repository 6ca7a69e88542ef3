// SPDX-License-Identifier: Apache-2.0

/// `parametrize weight-norm`: `weight_g` and `weight_v` of `torch.nn.utils.weight_norm` become
/// `parametrizations.weight.original0` and `original1` of `torch.nn.utils.parametrizations.weight_norm`.
public struct Parametrize: WordPass {
  package static let word = "parametrize"
  package static let usage = "weight-norm"
  package static let summary: String? = "PyTorch's new names for it; unparametrize gives the old"

  /// There is nothing to choose.
  public init() {}

  package init(arguments: [String]) throws(CheckpointError) { try Self.checkKind(arguments) }

  package var arguments: [Text] { ["weight-norm"] }

  /// - Throws: `nothingMatched` where no layer has `weight_g` and `weight_v`.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try WeightNormForms(from: .attributes).apply(to: &document, report: &report)
  }
}

extension WordPass {
  /// For passes that know weight norm alone.
  static func checkKind(_ arguments: [String]) throws(CheckpointError) {
    guard arguments == ["weight-norm"] else {
      throw CheckpointError(
        .wrongWords, "`\(word)` takes `weight-norm` and nothing else", hint: "`\(word) weight-norm`")
    }
  }
}

extension Pass where Self == Parametrize {
  /// Weight norm under the names of `torch.nn.utils.parametrizations`.
  public static var parametrizeWeightNorm: Self { Parametrize() }
}
