// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// How features are made of a recording. A backbone's file tells at most whether it takes power mels or filter banks: the
/// two forms of ECAPA-TDNN have the same keys and shapes.
package enum FrontEnd: String, Sendable, CaseIterable {
  /// Power mels; the network takes their logarithm and normalises each utterance (RDINO, SDPN).
  case mel
  /// Kaldi log filter banks, each utterance's mean already taken off (supervised).
  case fbank
  /// The same as sherpa-onnx computes them: up to 7600 Hz, and windows beyond the edges see the wave mirrored.
  case fbankSherpa = "fbank-sherpa"

  /// The form of ECAPA-TDNN that takes it.
  package var form: Backbone.FrontEnd { self == .mel ? .mel : .fbank }

  /// The words, for a help text: `mel, fbank or fbank-sherpa`.
  package static let words = "mel, fbank or fbank-sherpa"
}
