// SPDX-License-Identifier: Apache-2.0
#if DEBUG
  internal import Glibc
  internal import Synchronization

  /// Makes the n-th system call of a kind fail, in debug builds alone, so that tests walk every error path.
  ///
  /// A task-local carries it: tests that run beside each other do not disturb one another. A program takes it from
  /// `RESECT_FAULT`, as `pwrite:3:28` (the third pwrite fails with error 28) or, with commas between, several.
  package final class KernelFault: Sendable {
    @TaskLocal package static var current: KernelFault? = ofEnvironment

    private struct Rule {
      var call: Kernel.Call
      /// Calls until it strikes; nil for every call.
      var left: Int?
      /// Nil stops the process before the call, until somebody has it go on.
      var errorNumber: Int32?
    }

    private let rules: Mutex<[Rule]>

    /// The `number`-th call of this kind, counted from 1, fails with `errorNumber`.
    package init(_ call: Kernel.Call, number: Int, errorNumber: Int32) {
      rules = Mutex([Rule(call: call, left: number, errorNumber: errorNumber)])
    }

    /// Every call of this kind fails.
    package init(every call: Kernel.Call, errorNumber: Int32) {
      rules = Mutex([Rule(call: call, left: nil, errorNumber: errorNumber)])
    }

    /// Rules as in `createUnnamed:*:95,pwrite:2:stop`.
    package init?(_ text: String) {
      var rules: [Rule] = []
      for word in text.split(separator: ",") {
        let parts = word.split(separator: ":").map(String.init)
        guard parts.count == 3, let call = Kernel.Call(rawValue: parts[0]),
          parts[1] == "*" || Int(parts[1]) != nil, parts[2] == "stop" || Int32(parts[2]) != nil
        else { return nil }
        rules.append(Rule(call: call, left: Int(parts[1]), errorNumber: Int32(parts[2])))
      }
      self.rules = Mutex(rules)
    }

    private static let ofEnvironment = unsafe getenv("RESECT_FAULT").flatMap {
      KernelFault(unsafe String(cString: $0))
    }

    /// Whether the call that was to fail was made.
    package var struck: Bool { rules.withLock { $0.contains { ($0.left ?? 1) <= 0 } } }

    /// The error to report instead of making the call, or nil.
    static func strike(_ call: Kernel.Call) -> Int32? {
      guard let fault = current else { return nil }
      let hit = fault.rules.withLock { rules -> Rule? in
        var hit: Rule?
        for index in rules.indices where rules[index].call == call {
          if let left = rules[index].left { rules[index].left = left - 1 }
          if rules[index].left ?? 0 == 0 { hit = rules[index] }
        }
        return hit
      }
      guard let hit else { return nil }
      if hit.errorNumber == nil { raise(SIGSTOP) }
      return hit.errorNumber
    }
  }
#endif
