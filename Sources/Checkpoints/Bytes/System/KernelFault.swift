// SPDX-License-Identifier: Apache-2.0
#if DEBUG
  internal import Glibc
  internal import Synchronization

  /// Makes system calls fail, or do less than they were asked for, in debug builds alone, so that tests walk every error
  /// path.
  ///
  /// A task-local carries it: tests that run beside each other do not disturb one another. A program takes it from
  /// `RESECT_FAULT`, as `pwrite:3:28` (the third pwrite fails with error 28) or, with commas between, several; and tells of
  /// its calls in the file that `RESECT_FAULT_LOG` names.
  package final class KernelFault: Sendable {
    @TaskLocal package static var current: KernelFault? = ofEnvironment

    private struct Rule {
      var call: Kernel.Call
      var turns: Turns
      var effect: Effect
      var made = 0
      var hasStruck = false

      /// Counts a call; whether the rule strikes it.
      mutating func strikes() -> Bool {
        made += 1
        let strikes = turns.hold(made)
        if strikes { hasStruck = true }
        return strikes
      }
    }

    /// Which calls of a kind a rule strikes, counted from 1.
    private enum Turns {
      case one(Int)
      case each(Int)

      /// `3` is the third, `*` each, `%2` every second.
      init?(_ word: Substring) {
        if word == "*" {
          self = .each(1)
        } else if let number = Int(word), number > 0 {
          self = .one(number)
        } else {
          guard word.first == "%", let number = Int(word.dropFirst()), number > 0 else { return nil }
          self = .each(number)
        }
      }

      func hold(_ number: Int) -> Bool {
        switch self {
        case .one(let wanted): number == wanted
        case .each(let step): number.isMultiple(of: step)
        }
      }
    }

    private enum Effect {
      /// Instead of the call.
      case error(Int32)
      /// The process stops before the call, until somebody has it go on.
      case stop
      /// The process ends before the call.
      case kill
      /// The call moves half of its bytes.
      case short

      init?(_ word: Substring) {
        switch word {
        case "stop": self = .stop
        case "kill": self = .kill
        case "short": self = .short
        default:
          guard let number = Int32(word) else { return nil }
          self = .error(number)
        }
      }

      var isShort: Bool { if case .short = self { true } else { false } }
    }

    private let rules: Mutex<[Rule]>

    /// The `number`-th call of this kind, counted from 1, fails with `errorNumber`.
    package init(_ call: Kernel.Call, number: Int, errorNumber: Int32) {
      rules = Mutex([Rule(call: call, turns: .one(number), effect: .error(errorNumber))])
    }

    /// Every call of this kind fails.
    package init(every call: Kernel.Call, errorNumber: Int32) {
      rules = Mutex([Rule(call: call, turns: .each(1), effect: .error(errorNumber))])
    }

    /// Rules as in `createUnnamed:*:95,pwrite:2:stop,pread:%2:4,pread:*:short`.
    package init?(_ text: String) {
      var rules: [Rule] = []
      for word in text.split(separator: ",") {
        let parts = word.split(separator: ":")
        guard parts.count == 3, let call = Kernel.Call(rawValue: String(parts[0])),
          let turns = Turns(parts[1]),
          let effect = Effect(parts[2])
        else { return nil }
        rules.append(Rule(call: call, turns: turns, effect: effect))
      }
      self.rules = Mutex(rules)
    }

    private static let ofEnvironment = unsafe getenv("RESECT_FAULT").flatMap {
      KernelFault(unsafe String(cString: $0))
    }

    /// Whether a call that was to fail was made.
    package var struck: Bool { rules.withLock { $0.contains(where: \.hasStruck) } }

    /// The error to report instead of making the call, or nil.
    static func strike(_ call: Kernel.Call) -> Int32? {
      tell(call.rawValue)
      switch effect(on: call, isShort: false) {
      case .error(let number): return number
      case .stop: raise(SIGSTOP)
      case .kill: raise(SIGKILL)
      case .short, nil: break
      }
      return nil
    }

    /// Whether the call is to move half of its bytes.
    static func isShort(_ call: Kernel.Call) -> Bool { effect(on: call, isShort: true) != nil }

    private static func effect(on call: Kernel.Call, isShort: Bool) -> Effect? {
      guard let fault = current else { return nil }
      let effect = fault.rules.withLock { rules -> Effect? in
        var effect: Effect?
        for index in rules.indices where rules[index].call == call && rules[index].effect.isShort == isShort {
          if rules[index].strikes() { effect = rules[index].effect }
        }
        return effect
      }
      if effect != nil { tell("struck") }
      return effect
    }

    /// A line for each call, and one more, `struck`, where a rule strikes.
    private static let log = unsafe getenv("RESECT_FAULT_LOG").map {
      unsafe Glibc.open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    }

    private static func tell(_ word: String) {
      guard let log else { return }
      let line = Array((word + "\n").utf8)
      _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(log, $0.baseAddress, $0.count) }
    }
  }
#endif
