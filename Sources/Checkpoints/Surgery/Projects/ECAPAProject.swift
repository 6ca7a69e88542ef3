// SPDX-License-Identifier: Apache-2.0

/// A project's ECAPA-TDNN.
public enum ECAPAProject: String, Sendable, Hashable, CaseIterable {
  case speaker3D = "3dspeaker"
  case speechBrain = "speechbrain"
  case weSpeaker = "wespeaker"

  /// As messages call it.
  var project: String {
    switch self {
    case .speaker3D: "3D-Speaker"
    case .speechBrain: "SpeechBrain"
    case .weSpeaker: "WeSpeaker"
    }
  }
}
