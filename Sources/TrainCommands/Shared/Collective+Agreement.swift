// SPDX-License-Identifier: Apache-2.0
import CommandKit
import Training

extension Collective {
  /// What all processes take where each takes `share`; no batch is as large as where that overflows.
  func total(of share: Int) -> Int {
    let (all, isTooLarge) = share.multipliedReportingOverflow(by: count)
    return isTooLarge ? .max : all
  }

  /// Runs what every process must have done before any of them goes on. Where it fails, the first process that it failed
  /// in throws, which is to end all of them; the others wait for that.
  func agree<Value>(_ body: () throws -> Value) throws -> Value {
    guard isShared else { return try body() }
    let result = Result { try body() }
    let hasFailed = if case .failure = result { true } else { false }
    let failed = gather([hasFailed])
    guard let first = failed.firstIndex(of: true) else { return try result.get() }
    if rank != first {
      // The process that tells does not come here: nobody leaves before it has told.
      _ = gather([false])
      throw Finding.notExamined
    }
    return try result.get()
  }
}
