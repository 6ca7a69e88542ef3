// SPDX-License-Identifier: Apache-2.0

/// PyTorch Lightning: `Trainer.save_checkpoint` writes `state_dict` beside `pytorch-lightning_version`. The
/// names that keys begin with are the attributes of the user's LightningModule: `backbone.`, `model.`,
/// `encoder.` or `net.`.
enum LightningLayout: Layout {
  static let name = "PyTorch Lightning"
  static let page = "lightning"

  static func branches(_ survey: Survey) -> [Branch] {
    survey.branches.filter { $0.path == "state_dict" }
  }

  static func evidence(_ survey: Survey) -> [String]? {
    guard survey.has("pytorch-lightning_version"), survey.has("state_dict") else { return nil }
    let branches = branches(survey)
    guard !branches.isEmpty else { return nil }
    return ["`state_dict` lies beside `pytorch-lightning_version`"]
      + branches.map { branch in
        branch.prefix.isEmpty
          ? "its keys are those of \(branch.backbone?.family.rawValue ?? "a backbone")"
          : "its backbone lies under `\(branch.prefix)`"
      }
  }
}
