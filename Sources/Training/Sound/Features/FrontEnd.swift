// SPDX-License-Identifier: Apache-2.0

/// What a backbone expects at its input. The two forms of ECAPA-TDNN have the same keys and shapes.
package enum FrontEnd: String, Sendable, CaseIterable {
  /// Power mels; the network takes their logarithm and normalises each utterance (RDINO, SDPN).
  case mel
  /// Kaldi log filter banks, each utterance's mean already taken off (supervised).
  case fbank
}
