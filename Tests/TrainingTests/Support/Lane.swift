// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Training

/// Threads of one process that train together as processes do: they meet at every call.
final class Lane: Collective {
  let rank: Int
  let count: Int
  let threads: Int? = 1
  private let meeting: Monitor<Meeting>

  private struct Meeting {
    var round = 0
    var given: [Int: any Sendable] = [:]
    var results: [any Sendable] = []
    /// A lane has failed: the others would wait for ever.
    var isBroken = false
  }

  private init(_ rank: Int, _ count: Int, _ meeting: Monitor<Meeting>) {
    self.rank = rank
    self.count = count
    self.meeting = meeting
  }

  /// Runs `body` in `count` lanes at once, and gives their results in the order of ranks, or the first error.
  static func run<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Lane) throws(CheckpointError) -> Result
  ) throws -> [Result] {
    let meeting = Monitor(Meeting())
    let results = Monitor<[Int: Swift.Result<Result, CheckpointError>]>([:])
    for rank in 0..<count {
      let started = DetachedThread.start {
        let result = Swift.Result { () throws(CheckpointError) in try body(Lane(rank, count, meeting)) }
        if case .failure = result { meeting.change { $0.isBroken = true } }
        results.change { $0[rank] = result }
      }
      guard started else { throw CheckpointError(.limit, "no more threads") }
    }
    let all = results.wait { $0.count == count ? $0 : nil }
    // The others of a broken meeting went on with what they had.
    if let failure = all.values.first(where: { if case .failure = $0 { true } else { false } }) {
      return [try failure.get()]
    }
    return try (0..<count).compactMap { try all[$0]?.get() }
  }

  /// What every lane gives, in the order of ranks.
  private func meet<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [[Element]] {
    let round = meeting.change { meeting in
      meeting.given[rank] = mine
      if meeting.given.count == count {
        meeting.results = (0..<count).compactMap { meeting.given[$0] }
        meeting.given = [:]
        meeting.round += 1
        return meeting.round
      }
      return meeting.round + 1
    }
    // No lane can be two rounds ahead: the next one needs all of them.
    return meeting.wait { meeting in
      if meeting.round >= round { return meeting.results.compactMap { $0 as? [Element] } }
      return meeting.isBroken ? Array(repeating: mine, count: self.count) : nil
    }
  }

  func gather<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element] {
    let all = meet(mine)
    precondition(all.allSatisfy { $0.count == mine.count }, "equally many")
    return Array(all.joined())
  }

  func exchange<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element] {
    let size = mine.count / count
    precondition(size * count == mine.count, "equally long parts")
    return meet(mine).flatMap { $0[rank * size..<(rank + 1) * size] }
  }

  func broadcast<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element] { meet(mine)[0] }
}
