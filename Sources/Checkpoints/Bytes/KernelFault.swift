// SPDX-License-Identifier: Apache-2.0
#if DEBUG
  internal import Synchronization

  /// Makes the n-th system call of a kind fail, in debug builds alone, so that tests walk every error path.
  ///
  /// A task-local carries it: tests that run beside each other do not disturb one another.
  package final class KernelFault: Sendable {
    @TaskLocal package static var current: KernelFault?

    private let call: Kernel.Call
    private let errorNumber: Int32
    private let countdown: Mutex<Int>

    /// The `number`-th call of this kind, counted from 1, fails with `errorNumber`.
    package init(_ call: Kernel.Call, number: Int, errorNumber: Int32) {
      self.call = call
      self.errorNumber = errorNumber
      countdown = Mutex(number)
    }

    /// Whether the call that was to fail was made.
    package var struck: Bool { countdown.withLock { $0 <= 0 } }

    /// The error to report instead of making the call, or nil.
    static func strike(_ call: Kernel.Call) -> Int32? {
      guard let fault = current, fault.call == call else { return nil }
      return fault.countdown.withLock { left in
        left -= 1
        return left == 0 ? fault.errorNumber : nil
      }
    }
  }
#endif
