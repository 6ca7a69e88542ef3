// SPDX-License-Identifier: Apache-2.0

/// The state dicts that are networks because of the names at the top of the document, whatever their own keys.
struct DeclaredNetworks {
  /// How the backbone lies in a network.
  struct Rule {
    /// What it may lie under; the first that some key has.
    var names: [Text]
    /// Whether a network in which nothing is known counts, as it stands.
    var takesUnknown: Bool
  }

  private var rules: [Text: Rule] = [:]

  init(has: (Text) -> Bool, average: MovingAverage?) {
    if let average {
      for path in [average.average, average.trained] {
        rules[path] = Rule(names: ["backbone."], takesUnknown: true)
      }
    }
    if TimmLayout.signs.allSatisfy(has) {
      for path: Text in ["state_dict", "state_dict_ema"] { rules[path] = Rule(names: [], takesUnknown: true) }
    }
    if OpenMMLabLayout.signs.allSatisfy(has) {
      for path: Text in ["state_dict", "ema_state_dict"] {
        rules[path] = Rule(names: ["backbone."], takesUnknown: false)
      }
    }
    if has("pytorch-lightning_version") {
      for path: Text in ["state_dict", "ema_state_dict", "current_model_state"] {
        // A callback's average may be of the network inside the LightningModule, with bare keys.
        rules[path] = Rule(
          names: ["backbone.", "model.", "encoder.", "net."], takesUnknown: path == "ema_state_dict")
      }
    }
  }

  subscript(path: Text) -> Rule? { rules[path] }
}
