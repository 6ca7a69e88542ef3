// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The arrays of a file of speakers, by their names.
enum SpeakersEntry: Hashable {
  /// Of uint8: JSON, what made the embeddings and what a verdict goes by.
  case meta
  /// (D), float32.
  case mean(Text)
  /// (k, D), float32.
  case references(Text)

  var name: Text {
    switch self {
    case .meta: "meta"
    case .mean(let speaker): "mean/" + speaker
    case .references(let speaker): "refs/" + speaker
    }
  }

  /// Nil for an array that is none of them.
  init?(_ name: Text) {
    if name == "meta" {
      self = .meta
    } else if name.hasPrefix("mean/") {
      self = .mean(name.dropFirst("mean/".utf8.count))
    } else if name.hasPrefix("refs/") {
      self = .references(name.dropFirst("refs/".utf8.count))
    } else {
      return nil
    }
  }
}
