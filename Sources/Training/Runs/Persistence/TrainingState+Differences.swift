// SPDX-License-Identifier: Apache-2.0
import Checkpoints

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
    // Paths and patterns: by bytes.
    found += Self.differences(options.mapValues { Text($0) }, asked.options.mapValues { Text($0) })
    return found
  }

  /// Makes sure that a run can go on from here as if it had never stopped.
  ///
  /// - Parameters:
  ///   - path: where this state lies.
  ///   - hint: what else can be done with it.
  /// - Throws: `contradiction` with what differs.
  func check(_ asked: TrainingState, at path: String, hint: String) throws(CheckpointError) {
    let differences = differences(from: asked)
    guard !differences.isEmpty else { return }
    let shown = differences.prefix(4).joined(separator: "; ")
    let more = differences.count > 4 ? "; and \(differences.count - 4) more" : ""
    throw CheckpointError(
      .contradiction, "the run cannot go on as it was: \(shown)\(more)", at: .init(file: path),
      hint: "the words that it was begun with, or \(hint)")
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
