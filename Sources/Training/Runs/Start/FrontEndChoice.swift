// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension FrontEnd {
  /// The front end that a backbone takes: what its file tells, or what `--front-end` says; never a guess.
  ///
  /// The two forms of ECAPA-TDNN share keys and shapes. Only `_metadata` tells them apart: it names `instancenorm` in
  /// the self-supervised form. Every other family takes filter banks.
  /// - Throws: `ambiguous` where neither tells, `contradiction` where they disagree.
  package static func choose(asked: FrontEnd?, in file: BackboneFile) throws(CheckpointError) -> FrontEnd {
    let known: FrontEnd? =
      switch file.backbone.frontEnd {
      case .mel: .mel
      case .fbank: .fbank
      case nil: file.configuration.sizes.frontEnd
      }
    switch (known, asked) {
    case (let known?, let asked?) where known != asked:
      let names = known == .mel ? "names `instancenorm`" : "does not name `instancenorm`"
      throw CheckpointError(
        .contradiction,
        "`--front-end \(asked.rawValue)` contradicts the file: its `_metadata` \(names), so the network takes "
          + known.features,
        at: .init(file: file.path), hint: "leave `--front-end` out")
    case (let known?, _): return known
    case (nil, let asked?): return asked
    case (nil, nil):
      throw CheckpointError(
        .ambiguous,
        "the file has no `_metadata`, and keys and shapes do not tell which features the network takes",
        at: .init(file: file.path),
        hint:
          "`--front-end mel` for RDINO and SDPN (self-supervised), `--front-end fbank` for supervised models")
    }
  }

  /// The front end of a network that is only named, every value drawn.
  ///
  /// - Throws: `ambiguous` where neither the name nor `--front-end` tells, `contradiction` where they disagree.
  static func choose(asked: FrontEnd?, for network: NamedNetwork) throws(CheckpointError) -> FrontEnd {
    switch (network.frontEnd, asked) {
    case (let known?, let asked?) where known != asked:
      throw CheckpointError(
        .contradiction,
        "`--front-end \(asked.rawValue)` contradicts `\(network.name)`, which takes \(known.features)",
        hint: "leave `--front-end` out")
    case (let known?, _): return known
    case (nil, let asked?): return asked
    case (nil, nil):
      throw CheckpointError(
        .ambiguous, "`\(network.name)` does not tell which features the network takes",
        hint:
          "`--front-end mel` for RDINO and SDPN (self-supervised), `--front-end fbank` for supervised models")
    }
  }

  private var features: String {
    switch self {
    case .mel: "power mels"
    case .fbank: "mean-normalised log filter banks"
    }
  }
}
