// SPDX-License-Identifier: Apache-2.0
public import Checkpoints
import Glibc

/// The process's standard streams: data on one, everything else on the other.
public enum Standard {
  /// Makes the streams safe to write to; to be called before any file is opened.
  public static func prepare() {
    Kernel.occupyClosedStreams()
    Kernel.haveWritesFailInPlaceOfSignals()
  }

  /// Standard output did not take what a command had to say: the command has failed, whatever else it did.
  public struct OutputFailure: Error {
    var error: CheckpointError
  }

  /// Writes data, all of it, before it returns. Where the reader has gone, as `head` does, the process ends as by SIGPIPE.
  public static func output(_ text: String) throws(OutputFailure) {
    do throws(CheckpointError) {
      if try !write(text, to: 1) { Kernel.endAsBrokenPipe() }
    } catch { throw OutputFailure(error: error) }
  }

  /// Hands `body` a function that writes bytes, all of them, as they come; a reader that has gone ends the process.
  public static func output(
    _ body: ((RawSpan) throws(CheckpointError) -> Void) throws(CheckpointError) -> Void
  ) throws {
    // What the stream did not take is no error of the file that the bytes come from.
    var failure: OutputFailure?
    do throws(CheckpointError) {
      try body { bytes throws(CheckpointError) in
        do throws(CheckpointError) {
          if try !write(bytes, to: 1) { Kernel.endAsBrokenPipe() }
        } catch {
          failure = OutputFailure(error: error)
          throw error
        }
      }
    } catch { throw failure ?? error as any Error }
  }

  /// - Throws: `wrongWords` where standard output is a terminal, which bytes would garble.
  /// - Parameter hint: where the bytes could go.
  public static func refuseTerminal(hint: String) throws(CheckpointError) {
    guard outputIsTerminal else { return }
    throw CheckpointError(
      .wrongWords, "standard output is a terminal, and what comes are bytes and no text", hint: hint)
  }

  /// Makes sure that all data have arrived.
  public static func finish() throws(OutputFailure) {
    do throws(CheckpointError) {
      try Kernel.finish(stream: 1)
    } catch { throw OutputFailure(error: error) }
  }

  /// Writes messages, at once. Where nobody can read them, the work goes on.
  public static func error(_ text: String) { _ = try? write(text, to: 2) }

  /// False where the reader has gone.
  private static func write(_ text: String, to descriptor: Int32) throws(CheckpointError) -> Bool {
    var text = text
    // A typed error cannot leave withUTF8 in this language version.
    let result = text.withUTF8 { bytes in
      Result { () throws(CheckpointError) in
        unsafe try Kernel.write(UnsafeRawBufferPointer(bytes), toStream: descriptor)
      }
    }
    return try result.get()
  }

  /// False where the reader has gone.
  private static func write(_ bytes: RawSpan, to descriptor: Int32) throws(CheckpointError) -> Bool {
    let result = unsafe bytes.withUnsafeBytes { bytes in
      Result { () throws(CheckpointError) in unsafe try Kernel.write(bytes, toStream: descriptor) }
    }
    return try result.get()
  }

  /// Whether messages go to a person's terminal: progress and colour are for those alone.
  public static var errorIsTerminal: Bool { isatty(2) == 1 }

  /// Columns of the terminal that messages go to; 80 where nobody tells.
  public static var errorWidth: Int {
    var size = winsize()
    guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Whether people read standard output: no colours and no cut lines for anything else.
  public static var outputIsTerminal: Bool { isatty(1) == 1 }

  /// Colour on standard output: a terminal that is not dumb, and no `NO_COLOR` (https://no-color.org).
  public static var outputTakesColour: Bool {
    outputIsTerminal && environment("NO_COLOR")?.isEmpty != false && environment("TERM") != "dumb"
  }

  /// A variable's value, with U+FFFD for what is not UTF-8; nil where it is not set.
  public static func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
