// SPDX-License-Identifier: Apache-2.0

/// Processes that train one model together, each on its share of every batch.
///
/// All of them make the same calls in the same order; a call returns when every process has made it. Nothing here
/// fails: where a process goes away, the others are ended from outside.
package protocol Collective: AnyObject, Sendable {
  /// This process, 0 ..< count. Process 0 writes and speaks.
  var rank: Int { get }
  var count: Int { get }
  /// Threads that suit a process where nothing is said; nil: one a processor.
  var threads: Int? { get }

  /// Every process's elements, one after another in the order of ranks. All give equally many.
  func gather<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element]

  /// Of `count` equally long parts, part r goes to process r: what all processes have for this one, in the order of
  /// ranks.
  func exchange<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element]

  /// Process 0's elements. All give equally many.
  func broadcast<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element]
}

extension Collective {
  /// Whether there are others.
  package var isShared: Bool { count > 1 }
}

/// A process on its own.
package final class SingleProcess: Collective {
  package static let shared = SingleProcess()

  package var rank: Int { 0 }
  package var count: Int { 1 }
  package var threads: Int? { nil }

  private init() {}

  package func gather<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element] { mine }
  package func exchange<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element] { mine }
  package func broadcast<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element] { mine }
}
