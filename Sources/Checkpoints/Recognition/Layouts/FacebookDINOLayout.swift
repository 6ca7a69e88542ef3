// SPDX-License-Identifier: Apache-2.0

/// facebookresearch/dino: `main_dino.py` saves `student`, `teacher`, `optimizer`, `epoch`, `args` (a
/// Namespace) and `dino_loss`, and `fp16_scaler` where mixed precision is on.
enum FacebookDINOLayout: Layout {
  static let name = "facebookresearch DINO"
  static let page = "facebook-dino"

  static func evidence(_ survey: Survey) -> [String]? {
    let branches = survey.headed
    let signs = ["args", "fp16_scaler", "dino_loss"].filter(survey.has)
    guard !branches.isEmpty, survey.has("args") || survey.has("fp16_scaler") || survey.has("dino_loss"),
      !survey.has("pytorch-lightning_version")
    else { return nil }
    return survey.headLines(branches) + ["\(Prose.list(signs)) \(signs.count == 1 ? "lies" : "lie") beside"]
  }
}

/// Any checkpoint whose branches hold `backbone.` beside `head.`, whatever lies beside them.
enum DINOFormLayout: Layout {
  static let name = "DINO form"
  static let page = "dino-form"

  static func evidence(_ survey: Survey) -> [String]? {
    let branches = survey.headed
    return branches.isEmpty ? nil : survey.headLines(branches)
  }
}
