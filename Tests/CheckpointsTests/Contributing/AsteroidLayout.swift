// SPDX-License-Identifier: Apache-2.0
@testable import Checkpoints

/// Asteroid: `BaseModel.serialize` of `asteroid/models/base_models.py` saves `model_name`, `state_dict`, `model_args` and
/// `infos`. Its networks separate speech, and have no `backbone.`: all of a state dict is the network.
enum AsteroidLayout: Layout {
  static let name = "Asteroid"
  static let page = "asteroid"
  private static let signs: [Text] = ["model_name", "model_args", "state_dict"]

  static func networks(_ top: TopNames) -> [Text: DeclaredNetworks.Rule] {
    signs.allSatisfy(top.has) ? ["state_dict": .init(names: [], takesUnknown: true)] : [:]
  }

  static func branches(_ survey: Survey) -> [Branch] {
    survey.branches.filter { $0.path == "state_dict" }
  }

  static func evidence(_ survey: Survey) -> [String]? {
    guard signs.allSatisfy(survey.has), !branches(survey).isEmpty else { return nil }
    return ["`model_name` and `model_args` lie beside `state_dict`"]
  }
}
