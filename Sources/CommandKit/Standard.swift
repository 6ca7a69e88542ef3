// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The process's standard streams: data on one, everything else on the other.
public enum Standard {
  /// Writes data.
  public static func output(_ text: String) { print(text, terminator: "") }

  /// Writes messages, at once.
  public static func error(_ text: String) {
    flush()
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }

  public static func flush() { _ = fflush(nil) }

  /// Whether messages go to a person's terminal: progress and colour are for those alone.
  public static var errorIsTerminal: Bool { isatty(2) == 1 }

  /// Columns of the terminal that messages go to; 80 where nobody tells.
  public static var errorWidth: Int {
    var size = winsize()
    guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  public static var outputIsTerminal: Bool { isatty(1) == 1 }

  /// Colour on standard output: a terminal that is not dumb, and no `NO_COLOR` (https://no-color.org).
  public static var outputTakesColour: Bool {
    outputIsTerminal && environment("NO_COLOR")?.isEmpty != false && environment("TERM") != "dumb"
  }

  public static func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
