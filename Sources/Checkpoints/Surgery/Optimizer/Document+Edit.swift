// SPDX-License-Identifier: Apache-2.0

extension Document {
  /// What `edit` did: a report a pass, and one for each optimizer that had to follow.
  public struct EditReport: Sendable {
    /// In the order of the passes.
    public var steps: [PassReport] = []
    /// Empty where no optimizer had to follow.
    public var optimizers: [OptimizerReport] = []
  }

  /// Applies passes in order as `apply(_:)` does, and has every optimizer that is left in the end follow what became of
  /// the parameters that it trains: what went leaves `state` and `param_groups`, and indices are counted anew.
  ///
  /// - Throws: what the passes throw; `misfit` where an optimizer had to follow and its order cannot be told;
  ///   `emptyResult` where it would have no parameter left. The document is then as it was.
  @discardableResult
  public mutating func edit(_ passes: [any Pass]) throws(CheckpointError) -> EditReport {
    var changed = self
    var report = EditReport()
    do throws(CheckpointError) {
      var followers: [OptimizerFollower] = []
      let optimizers = try optimizers()
      guard optimizers.count <= Self.mostOptimizers else {
        throw CheckpointError(
          .limit, "it holds \(optimizers.count) optimizers; passes follow \(Self.mostOptimizers) at most",
          hint: "no training writes so many; `resect tree FILE` shows them")
      }
      for (path, node) in optimizers {
        followers.append(try OptimizerFollower(path, node, in: self))
      }
      for pass in passes {
        let before = changed
        report.steps += try changed.apply([pass])
        for index in followers.indices { try followers[index].follow(pass, from: before, in: &changed) }
      }
      report.optimizers = try changed.finish(followers)
    } catch {
      throw error.at(file: source?.file)
    }
    self = changed
    return report
  }

  /// Each is held against every state dict, so that their number must stay small: usual is one, a GAN has two.
  private static var mostOptimizers: Int { 256 }

  private mutating func finish(
    _ followers: [OptimizerFollower]
  ) throws(CheckpointError) -> [OptimizerReport] {
    guard !followers.isEmpty else { return [] }
    let reachable = Reachable(self)
    var reports: [OptimizerReport] = []
    let places = Dictionary(followers.indices.map { (followers[$0].node, $0) }) { first, _ in first }
    for (path, node) in try optimizers() {
      guard let follower = places[node].map({ followers[$0] }) else { continue }
      if let report = try follower.finish(at: path, reachable, in: &self) { reports.append(report) }
    }
    return reports
  }
}
