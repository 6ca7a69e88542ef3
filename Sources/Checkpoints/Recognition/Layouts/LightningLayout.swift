// SPDX-License-Identifier: Apache-2.0

/// PyTorch Lightning: `Trainer.save_checkpoint` writes `state_dict` beside `pytorch-lightning_version`. The
/// names that keys begin with are the attributes of the user's LightningModule: `backbone.`, `model.`,
/// `encoder.` or `net.`. Its WeightAveraging callback adds `current_model_state`, callbacks of users' own
/// `ema_state_dict`.
enum LightningLayout: Layout {
  static let name = "PyTorch Lightning"
  static let page = "lightning"

  static func networks(_ top: TopNames) -> [Text: DeclaredNetworks.Rule] {
    guard top.has("pytorch-lightning_version") else { return [:] }
    let names: [Text] = ["backbone.", "model.", "encoder.", "net."]
    return [
      "state_dict": .init(names: names, takesUnknown: false),
      // A callback's average may be of the network inside the LightningModule, with bare keys.
      "ema_state_dict": .init(names: names, takesUnknown: true),
      "current_model_state": .init(names: names, takesUnknown: false),
    ]
  }

  static func branches(_ survey: Survey) -> [Branch] {
    survey.branches.filter { ["state_dict", "ema_state_dict", "current_model_state"].contains($0.path) }
  }

  static func evidence(_ survey: Survey) -> [String]? {
    guard survey.has("pytorch-lightning_version"), survey.has("state_dict") else { return nil }
    let branches = branches(survey)
    guard !branches.isEmpty else { return nil }
    return ["`state_dict` lies beside `pytorch-lightning_version`"]
      + branches.map { branch in
        let its = branch.path == "state_dict" ? "its" : "`\(branch.path)`'s"
        return branch.prefix.isEmpty
          ? "\(its) keys are those of \(branch.backbone?.family.rawValue ?? branch.summary ?? "a backbone")"
          : "\(its) backbone lies under `\(branch.prefix)`"
      }
  }
}
