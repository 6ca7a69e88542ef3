// SPDX-License-Identifier: Apache-2.0

/// timm: `CheckpointSaver._save` of `timm/utils/checkpoint_saver.py` saves `epoch`, `arch`, `optimizer`, `version`,
/// `state_dict`, and `state_dict_ema` where a moving average is kept.
///
/// timm's networks have no `backbone.`: the classifier (`head.`, `fc.` or `classifier.`, by architecture) stays.
enum TimmLayout: Layout {
  static let name = "timm"
  static let page = "timm"
  static let signs: [Text] = ["state_dict", "arch", "version"]

  static func networks(_ top: TopNames) -> [Text: DeclaredNetworks.Rule] {
    guard signs.allSatisfy(top.has) else { return [:] }
    let rule = DeclaredNetworks.Rule(names: [], takesUnknown: true)
    return ["state_dict": rule, "state_dict_ema": rule]
  }

  static func branches(_ survey: Survey) -> [Branch] {
    survey.branches.filter { ["state_dict", "state_dict_ema"].contains($0.path) }
  }

  static func evidence(_ survey: Survey) -> [String]? {
    guard signs.allSatisfy(survey.has), !branches(survey).isEmpty else { return nil }
    return ["`arch` and `version` lie beside `state_dict`"]
  }
}
