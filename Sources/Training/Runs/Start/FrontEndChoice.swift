// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import OrderedCollections

/// Which features a backbone is fed.
package struct FrontEndChoice: Sendable {
  package let front: FrontEnd
  /// What the run fed that wrote the file; nil where no state of a run lies beside it.
  package let trained: FrontEnd?
  /// The file is of the self-supervised form, and the network becomes the supervised one.
  package let isTurned: Bool

  /// What its file tells, or what `--front-end` says; never a guess.
  ///
  /// The two forms of ECAPA-TDNN share keys and shapes. Only `_metadata` tells them apart: it names `instancenorm` in
  /// the self-supervised form. Every other family takes filter banks. Which filter banks a network was trained on is in the
  /// state of the run that wrote the file; where there is none, 3D-Speaker's are taken.
  /// - Parameter mayTurn: whether the self-supervised form may be made the supervised one, as training can.
  /// - Throws: `ambiguous` where neither tells, `contradiction` where they disagree.
  package init(asked: FrontEnd?, in file: BackboneFile, mayTurn: Bool = false) throws(CheckpointError) {
    let known = file.backbone.frontEnd ?? file.configuration.sizes.frontEnd?.form
    let fed = try Self.fed(by: file, known)
    trained = fed
    isTurned = mayTurn && known == .mel && asked?.form == .fbank
    if isTurned, let asked {
      front = asked
      return
    }
    switch (known, asked) {
    case (let known?, let asked?) where known != asked.form:
      let names = known == .mel ? "names `instancenorm`" : "does not name `instancenorm`"
      throw CheckpointError(
        .contradiction,
        "`--front-end \(asked.rawValue)` contradicts the file: its `_metadata` \(names), so the network takes "
          + known.features,
        at: .init(file: file.path), hint: "leave `--front-end` out")
    case (_, let asked?): front = asked
    case (let known?, nil): front = fed ?? known.usual
    case (nil, nil):
      guard let fed else {
        throw CheckpointError(
          .ambiguous,
          "the file has no `_metadata`, and keys and shapes do not tell which features the network takes",
          at: .init(file: file.path), hint: Self.hint)
      }
      front = fed
    }
  }

  /// The front end of a network that is only named, every value drawn.
  ///
  /// - Throws: `ambiguous` where neither the name nor `--front-end` tells, `contradiction` where they disagree.
  init(asked: FrontEnd?, for network: NamedNetwork) throws(CheckpointError) {
    (trained, isTurned) = (nil, false)
    switch (network.frontEnd, asked) {
    case (let known?, let asked?) where known.form != asked.form:
      throw CheckpointError(
        .contradiction,
        "`--front-end \(asked.rawValue)` contradicts `\(network.name)`, which takes \(known.form.features)",
        hint: "leave `--front-end` out")
    case (_, let asked?): front = asked
    case (let known?, nil): front = known
    case (nil, nil):
      throw CheckpointError(
        .ambiguous, "`\(network.name)` does not tell which features the network takes", hint: Self.hint)
    }
  }

  /// The front end of an exported graph: what its metadata says, or `--front-end`, as a client may feed other filter banks.
  ///
  /// - Throws: `ambiguous` where neither tells, `contradiction` where one is power mels and the other is not;
  ///   `unsupported` for one that is not known here.
  init(asked: FrontEnd?, metadata: OrderedDictionary<Text, Text>) throws(CheckpointError) {
    isTurned = false
    let word = metadata[GraphMetadata.frontEnd]
    trained = word.flatMap { FrontEnd(rawValue: $0.description) }
    if let word, trained == nil, asked == nil {
      throw CheckpointError(
        .unsupported, "the graph was made for `\(word)`, which is not known here",
        hint: "`--front-end` with one of \(FrontEnd.words)")
    }
    if let trained, let asked, trained.form != asked.form {
      throw CheckpointError(
        .contradiction,
        "`--front-end \(asked.rawValue)` contradicts the graph, which takes \(trained.form.features)",
        hint: "leave `--front-end` out")
    }
    guard let front = asked ?? trained else {
      throw CheckpointError(
        .ambiguous, "the graph does not say which features it takes",
        hint: "`--front-end fbank-sherpa` for what sherpa-onnx feeds, `--front-end fbank` for 3D-Speaker's")
    }
    self.front = front
  }

  /// What may not be meant as it stands.
  package var note: String? {
    if isTurned {
      return
        "the backbone takes power mels; with `--front-end \(front.rawValue)` it becomes the supervised form,"
        + " without logarithm and instance norm, and has to learn the new input"
    }
    guard let trained, trained != front else { return nil }
    return "the run that wrote the backbone fed `\(trained.rawValue)`; it is fed `\(front.rawValue)` now"
  }

  private static let hint =
    "`--front-end mel` for RDINO and SDPN (self-supervised), `--front-end fbank` for supervised models"

  /// What the run fed whose checkpoint a file lies in, as its state says. Only front ends that are not a form's usual one
  /// stand there.
  private static func fed(
    by file: BackboneFile, _ form: Backbone.FrontEnd?
  ) throws(CheckpointError) -> FrontEnd? {
    guard FilePath.name(of: file.path) == CheckpointFolder.backboneName,
      let state = try TrainingState.read(from: FilePath.folder(of: file.path))
    else { return nil }
    guard let word = state.options["--front-end"] else { return form?.usual }
    guard let front = FrontEnd(rawValue: word) else {
      throw CheckpointError(
        .unsupported, "the run that wrote it fed `\(word)`, which is not known here",
        at: .init(file: file.path))
    }
    return front
  }
}

extension Backbone.FrontEnd {
  /// What 3D-Speaker feeds.
  fileprivate var usual: FrontEnd {
    switch self {
    case .mel: .mel
    case .fbank: .fbank
    }
  }

  fileprivate var features: String {
    switch self {
    case .mel: "power mels"
    case .fbank: "mean-normalised log filter banks"
    }
  }
}
