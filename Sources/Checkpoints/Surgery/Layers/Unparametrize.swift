// SPDX-License-Identifier: Apache-2.0

/// `unparametrize weight-norm`: `parametrizations.weight.original0` and `original1` of
/// `torch.nn.utils.parametrizations.weight_norm` become `weight_g` and `weight_v` of `torch.nn.utils.weight_norm`.
public struct Unparametrize: WordPass {
  package static let word = "unparametrize"
  package static let usage = "weight-norm"
  package static let summary: String? = nil

  /// There is nothing to choose.
  public init() {}

  package init(arguments: [String]) throws(CheckpointError) { try Self.checkKind(arguments) }

  package var arguments: [Text] { ["weight-norm"] }

  /// - Throws: `nothingMatched` where no layer has `original0` and `original1`.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try WeightNormForms(from: .parametrization).apply(to: &document, report: &report)
  }
}

extension Pass where Self == Unparametrize {
  /// Weight norm under the names of `torch.nn.utils.weight_norm`.
  public static var unparametrizeWeightNorm: Self { Unparametrize() }
}
