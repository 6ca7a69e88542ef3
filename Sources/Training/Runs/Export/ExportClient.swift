// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Who is to run an exported graph: what it calls input and output, and which features it computes.
package enum ExportClient: String, CaseIterable, Sendable {
  case sherpaONNX = "sherpa-onnx"
  case threeDSpeaker = "3d-speaker"
  case cosyVoice = "cosyvoice"
  case weSpeaker = "wespeaker"
  case tensorRT = "tensorrt"
  /// Nobody in particular.
  case plain

  package var input: Text {
    switch self {
    case .sherpaONNX, .threeDSpeaker, .cosyVoice, .plain: "feature"
    case .weSpeaker: "feats"
    case .tensorRT: "input"
    }
  }

  package var output: Text {
    switch self {
    case .sherpaONNX, .threeDSpeaker, .cosyVoice, .plain: "embedding"
    case .weSpeaker: "embs"
    case .tensorRT: "output"
    }
  }

  /// The features that it computes, as far as the trainer has them; nil for others, and for nobody in particular.
  package var front: FrontEnd? {
    switch self {
    case .sherpaONNX: .fbankSherpa
    case .threeDSpeaker, .cosyVoice, .tensorRT: .fbank
    case .weSpeaker, .plain: nil
    }
  }

  /// The only length of embeddings that it takes.
  var embedding: Int? {
    switch self {
    case .cosyVoice, .tensorRT: 192
    case .sherpaONNX, .threeDSpeaker, .weSpeaker, .plain: nil
    }
  }

  /// Refuses a network that it cannot feed.
  ///
  /// - Throws: `misfit` with the reason and the way out.
  func check(_ front: FrontEnd, _ inputs: Int, _ size: Int, _ path: String) throws(CheckpointError) {
    if self == .plain { return }
    guard front.form == .fbank else {
      let turned = self.front ?? .fbank
      throw CheckpointError(
        .misfit, "the network takes power mels, and \(rawValue) feeds filter banks",
        at: .init(file: path),
        hint:
          "`resect-train finetune --backbone \(ShellWords.safe(Text(path))) --front-end \(turned.rawValue) --data LIST -o EXP`"
          + " teaches it filter banks, and `export EXP` goes on from there; or `--for plain`")
    }
    guard inputs == 80 else {
      throw CheckpointError(
        .misfit, "the network takes \(inputs) mel bins, and \(rawValue) feeds 80",
        at: .init(file: path), hint: "`--for plain`, for a program of your own that feeds \(inputs)")
    }
    if let embedding, size != embedding {
      throw CheckpointError(
        .misfit, "embeddings have \(size) values, and \(rawValue) takes \(embedding)",
        at: .init(file: path), hint: "a backbone with `--embedding \(embedding)`, or another `--for`")
    }
  }

  /// What differs between what the network was made for and what it will be fed; nil where nothing does.
  func note(_ trained: FrontEnd) -> String? {
    switch self {
    case .plain: return nil
    case .weSpeaker:
      return
        "the network was made for `\(trained.rawValue)`, and wespeaker computes other features (a Hamming window)"
    case .sherpaONNX, .threeDSpeaker, .cosyVoice, .tensorRT:
      guard let front, front != trained else { return nil }
      return
        "the network was made for `\(trained.rawValue)`, and \(rawValue) computes `\(front.rawValue)`:"
        + " `finetune --front-end \(front.rawValue)` teaches it those"
    }
  }
}
