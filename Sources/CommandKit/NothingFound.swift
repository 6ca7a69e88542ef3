// SPDX-License-Identifier: Apache-2.0
public import Checkpoints

/// A reading command's pattern or key that matches nothing: exit code 1, as with `grep`. Where a pass matches
/// nothing it is a refusal, exit code 4.
public struct NothingFound: Error {
  /// What is said of it: the words of a refusal.
  public var error: CheckpointError

  /// Runs `body`; what matches nothing there is thrown as `NothingFound`.
  public static func reading<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as CheckpointError where error.code == .nothingMatched {
      throw NothingFound(error: error)
    }
  }
}
