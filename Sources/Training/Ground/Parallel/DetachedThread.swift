// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A thread of the system that runs one closure. Who needs to know when it has ended says so in the closure.
package enum DetachedThread {
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// False where the system makes no more threads.
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    var handle = pthread_t()
    let work = unsafe Unmanaged.passRetained(Work(body))
    let code = unsafe pthread_create(
      &handle, nil,
      { argument in
        if let argument = unsafe argument {
          unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        }
        return nil
      }, work.toOpaque())
    guard code == 0 else {
      unsafe work.release()
      return false
    }
    _ = pthread_detach(handle)
    return true
  }
}
