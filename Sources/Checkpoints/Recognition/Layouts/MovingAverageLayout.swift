// SPDX-License-Identifier: Apache-2.0

/// Any checkpoint with a moving average beside the weights, whoever wrote it: `ema_state_dict` beside `state_dict`
/// and the like (see `MovingAverage`). What the network is may be unknown.
enum MovingAverageLayout: Layout {
  static let name = "moving average"
  static let page = "moving-average"

  static func networks(_ top: TopNames) -> [Text: DeclaredNetworks.Rule] {
    guard let average = top.average else { return [:] }
    let rule = DeclaredNetworks.Rule(names: ["backbone."], takesUnknown: true)
    return [average.average: rule, average.trained: rule]
  }

  /// The line that says which of the two is the average is the report's own.
  static func evidence(_ survey: Survey) -> [String]? {
    guard let average = survey.average else { return nil }
    return branches(survey).contains { $0.path == average.average } ? [] : nil
  }
}
