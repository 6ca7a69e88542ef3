// SPDX-License-Identifier: Apache-2.0
import CKernels
import Glibc

/// The threads that share a step's work, the calling thread among them, each with one BLAS thread.
///
/// Work is cut into items by the shape alone, never by the number of workers, and every sum over items is
/// added in the items' order: a result does not depend on how many workers there are.
@safe
package final class Workers {
  package let count: Int
  /// Whether they leave all work undone: what goes through them takes the memory that it would, and computes nothing.
  let areIdle: Bool
  private let pool: OpaquePointer?

  /// How many there are.
  package static var processors: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// `count` threads; as many as there are processors when nil.
  package init(_ count: Int? = nil, idle: Bool = false) {
    BLAS.ready()
    self.count = max(1, count ?? Self.processors)
    self.areIdle = idle
    unsafe self.pool = self.count > 1 && !idle ? ck_pool_create(self.count) : nil
  }

  deinit {
    if let pool = unsafe pool { unsafe ck_pool_destroy(pool) }
  }

  /// Runs `body(0)` to `body(items - 1)`, each once, in any order, and returns when all have run. What the
  /// items write must not overlap. `body` must not call this again.
  ///
  /// `elements` is about how many numbers are read or written in all: few are not worth waking a thread.
  package func forEach(_ items: Int, elements: Int = .max, _ body: (Int) -> Void) {
    guard !areIdle else { return }
    guard let pool = unsafe pool, items > 1, elements > 16384 else {
      for index in 0..<items { body(index) }
      return
    }
    withoutActuallyEscaping(body) { body in
      var job = Job(body: body)
      unsafe withUnsafeMutablePointer(to: &job) { job in
        unsafe ck_pool_run(
          pool, items,
          { context, index in unsafe context.assumingMemoryBound(to: Job.self).pointee.body(index) }, job)
      }
    }
  }

  /// Within `body`: a number below `count` that no other running item has, for scratch memory of its own.
  package var seat: Int { min(ck_pool_seat(), count - 1) }

  /// Runs `body` over 0 ..< `count` in ranges of `length`.
  package func forEach(
    _ count: Int, by length: Int, elements: Int = .max, _ body: (Range<Int>) -> Void
  ) {
    forEach((count + length - 1) / length, elements: elements) { index in
      body((index * length)..<min(count, (index + 1) * length))
    }
  }

  private struct Job {
    let body: (Int) -> Void
  }
}
