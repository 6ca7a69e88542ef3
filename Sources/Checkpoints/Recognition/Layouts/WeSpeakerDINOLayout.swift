// SPDX-License-Identifier: Apache-2.0

/// WeSpeaker's DINO: `save_checkpoint` of `wespeaker/ssl/utils/dino_utils.py` saves `model` and `optimizer`;
/// `model` is the state dict of `DINO` (`wespeaker/ssl/models/dino_wrapper.py`), with `s_model.`, `t_model.` and
/// `dino_loss_calculator.`. Each network holds its head as `projection_head.`, among the keys of its backbone.
///
/// `wespeaker/ssl/bin/average_dino_model.py` saves the teacher alone, averaged over epochs, as a bare dict.
enum WeSpeakerDINOLayout: Layout {
  static let name = "WeSpeaker DINO"
  static let page = "wespeaker-dino"

  static func branches(_ survey: Survey) -> [Branch] { survey.branches.filter { !$0.inside.isEmpty } }

  static func evidence(_ survey: Survey) -> [String]? {
    let branches = branches(survey)
    guard !branches.isEmpty else { return nil }
    return branches.map { branch in
      let place = branch.path.isEmpty ? "the document" : "`\(branch.path)`"
      let under = branch.prefix.isEmpty ? "" : " under `\(branch.prefix)`"
      return "\(place) holds a network\(under) with `projection_head.` among its keys"
    }
  }
}
