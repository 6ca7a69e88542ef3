// SPDX-License-Identifier: Apache-2.0

/// OpenMMLab (MMSelfSup, MMPretrain and the others): MMEngine's `Runner.save_checkpoint`
/// (`mmengine/runner/runner.py`) saves `meta`, `state_dict`, `message_hub`, `optimizer`; MMCV's saved the first two
/// and `optimizer`. A network has `backbone` beside `neck`, `head` and more (`BaseModel` of
/// `mmselfsup/models/algorithms/base.py`). EMAHook adds `ema_state_dict`.
enum OpenMMLabLayout: Layout {
  static let name = "OpenMMLab"
  static let page = "openmmlab"
  static let signs: [Text] = ["meta", "state_dict"]

  static func networks(_ top: TopNames) -> [Text: DeclaredNetworks.Rule] {
    guard signs.allSatisfy(top.has) else { return [:] }
    let rule = DeclaredNetworks.Rule(names: ["backbone."], takesUnknown: false)
    return ["state_dict": rule, "ema_state_dict": rule]
  }

  static func branches(_ survey: Survey) -> [Branch] {
    survey.branches.filter { ["state_dict", "ema_state_dict"].contains($0.path) && !$0.prefix.isEmpty }
  }

  static func evidence(_ survey: Survey) -> [String]? {
    guard signs.allSatisfy(survey.has) else { return nil }
    let branches = branches(survey)
    guard !branches.isEmpty else { return nil }
    return ["`meta` lies beside `state_dict`"]
      + branches.map { branch in
        let beside = branch.dropped.map(\.path)
        return "`\(branch.path)` holds `\(branch.prefix)`"
          + (beside.isEmpty ? "" : " beside \(Prose.list(beside))")
      }
  }
}
