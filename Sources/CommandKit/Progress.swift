// SPDX-License-Identifier: Apache-2.0

/// One line on standard error that says how far a long read or write is. Only on a terminal, and only when it takes
/// longer than half a second.
public final class Progress {
  private let total: Int?
  private let doing: String
  private let start = ContinuousClock.now
  private var lastShown: ContinuousClock.Instant
  private var done = 0
  private var isShown = false
  private let isActive = Standard.errorIsTerminal

  /// - Parameter total: bytes in all, if that is known.
  public init(_ doing: String, total: Int? = nil) {
    self.doing = doing
    self.total = total
    lastShown = start
  }

  /// Counts further bytes, and shows the line where it is time.
  public func advance(_ bytes: Int) {
    done += bytes
    guard isActive else { return }
    let now = ContinuousClock.now
    guard now - lastShown > .milliseconds(isShown ? 100 : 500) else { return }
    lastShown = now
    isShown = true
    Standard.error("\r\u{1B}[K" + Self.line(doing, done: done, total: total, elapsed: now - start))
  }

  /// Takes the line away.
  public func finish() {
    if isShown { Standard.error("\r\u{1B}[K") }
    isShown = false
  }

  deinit { finish() }

  package static func line(_ doing: String, done: Int, total: Int?, elapsed: Duration) -> String {
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let rate = Double(done) / max(seconds, 1e-6)
    let of = total.map { " of \(Words.bytes($0))" } ?? ""
    var line = "\(doing) \(Words.bytes(done))\(of), \(Words.bytes(Int(rate)))/s"
    if let total, done > 0, done < total {
      line += ", \(Int((Double(total - done) / rate).rounded(.up))) s left"
    }
    return line
  }
}
