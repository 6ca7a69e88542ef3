// SPDX-License-Identifier: Apache-2.0
import Checkpoints

#if DEBUG
  /// What becomes of some calls of a kind.
  struct Fault: CustomStringConvertible {
    enum Effect: String, CaseIterable {
      case unreadable = "5"
      case full = "28"
      case quota = "122"
      case interrupted = "4"
      case short
      case kill

      /// Whether a command must go on as if nothing had been.
      var isHarmless: Bool { self == .interrupted || self == .short }

      /// Whether it can come of such a call.
      func fits(_ call: Kernel.Call) -> Bool {
        switch self {
        case .unreadable, .interrupted, .kill: true
        case .full, .quota: Self.filling.contains(call)
        case .short: Self.moving.contains(call)
        }
      }

      private static let filling: Set<Kernel.Call> = [
        .create, .createUnnamed, .createInMemory, .pwrite, .write, .copyRange, .truncate, .fsync, .close,
        .link,
        .rename, .mkdir,
      ]
      private static let moving: Set<Kernel.Call> = [.pread, .pwrite, .write, .copyRange]
    }

    var call: Kernel.Call
    /// Which of them, counted from 1.
    var number: Int
    var effect: Effect

    var description: String { "\(call.rawValue):\(number):\(effect.rawValue)" }

    /// Each call that is made, with each effect that it can have.
    static func all(_ calls: [Kernel.Call: Int]) -> [Fault] {
      Kernel.Call.allCases.flatMap { call in
        Effect.allCases.filter { $0.fits(call) }.flatMap { effect in
          (0..<(calls[call] ?? 0)).map { Fault(call: call, number: $0 + 1, effect: effect) }
        }
      }
    }

    /// Every second call of each kind is interrupted, and none moves more than half of its bytes.
    static let harmless = Kernel.Call.allCases.flatMap { call in
      ["\(call.rawValue):%2:4"] + (Effect.short.fits(call) ? ["\(call.rawValue):*:short"] : [])
    }.joined(separator: ",")
  }
#endif
