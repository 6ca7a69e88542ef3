// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Makes elements 0..<count on background threads, a bounded number ahead, and hands them out in order.
///
/// The order, the elements and the first error do not depend on the number of threads.
package final class Prefetch<Element: Sendable> {
  package typealias Make = @Sendable (_ index: Int) throws(CheckpointError) -> Element

  private struct State {
    /// The next element that no thread has begun, and the next to be handed out.
    var begun = 0
    var taken = 0
    var ready: [Int: Result<Element, CheckpointError>] = [:]
    var stopped = false
    var running: Int
  }

  private let count: Int
  private let state: Monitor<State>

  /// - Parameters:
  ///   - ahead: how many elements at most wait to be taken or are being made.
  /// - Throws: `limit` where the system makes no thread.
  package init(count: Int, threads: Int, ahead: Int, make: @escaping Make) throws(CheckpointError) {
    let threads = max(1, min(threads, 64))
    let ahead = max(1, ahead)
    self.count = count
    let state = Monitor(State(running: threads))
    self.state = state
    for number in 0..<threads {
      let started = DetachedThread.start {
        Self.work(state, count: count, ahead: ahead, make)
        state.change { $0.running -= 1 }
      }
      guard started else {
        state.change {
          $0.running -= threads - number
          $0.stopped = true
        }
        throw CheckpointError(.limit, "the system makes no more threads")
      }
    }
  }

  deinit {
    state.change { $0.stopped = true }
    // The closure may own files and caches: nothing of it may outlive the loader.
    state.wait { $0.running == 0 ? () : nil }
  }

  private static func work(_ state: Monitor<State>, count: Int, ahead: Int, _ make: Make) {
    while true {
      let index: Int? = state.wait { state in
        if state.stopped || state.begun == count { return .some(nil) }
        guard state.begun < state.taken + ahead else { return nil }
        state.begun += 1
        return state.begun - 1
      }
      guard let index else { return }
      let result: Result<Element, CheckpointError>
      do {
        result = .success(try make(index))
      } catch {
        result = .failure(error)
      }
      state.change { $0.ready[index] = result }
    }
  }

  /// The next element; nil after the last. An error ends it: what comes after is not made.
  package func next() throws(CheckpointError) -> Element? {
    let result: Result<Element, CheckpointError>? = state.wait { state in
      if state.stopped || state.taken == count { return .some(nil) }
      guard let result = state.ready.removeValue(forKey: state.taken) else { return nil }
      state.taken += 1
      if case .failure = result { state.stopped = true }
      return result
    }
    return try result?.get()
  }
}
