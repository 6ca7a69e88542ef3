// SPDX-License-Identifier: Apache-2.0

extension TrainingState {
  /// What a run that is asked for differs in from this one, a sentence each; empty where it can go on as if it had never
  /// stopped. Where the runs stand, and which epoch was best, does not count.
  package func differences(from asked: TrainingState) -> [String] {
    var found: [String] = []
    func compare<Value: Equatable>(_ name: String, _ old: Value, _ new: Value) {
      if old != new { found.append("\(name) was \(old), now \(new)") }
    }
    compare("the method", method, asked.method)
    compare("the seed", seed, asked.seed)
    compare("the batch size", batchSize, asked.batchSize)
    compare("the number of utterances", data.items, asked.data.items)
    if data.labels != asked.data.labels {
      found.append("the speakers or their indices are not the same")
    }
    compare("the number of steps in an epoch", stepsPerEpoch, asked.stepsPerEpoch)
    found += Self.differences(schedule, asked.schedule)
    found += Self.differences(options, asked.options)
    return found
  }

  private static func differences<Value: Equatable>(_ old: [String: Value], _ new: [String: Value])
    -> [String]
  {
    Set(old.keys).union(new.keys).sorted().compactMap { name in
      switch (old[name], new[name]) {
      case (let before?, let now?): before == now ? nil : "\(name) was \(before), now \(now)"
      case (let before?, nil): "\(name) was \(before), now nothing"
      case (nil, let now?): "\(name) was nothing, now \(now)"
      case (nil, nil): nil
      }
    }
  }
}
