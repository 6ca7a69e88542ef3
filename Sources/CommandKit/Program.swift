// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
import Checkpoints
import Glibc

/// How both programs start and end: one table of exit codes, one form of errors.
///
/// 0 fine or equal; 1 a difference, a finding, nothing to list; 2 wrong words; 3 cannot read or write; 4 refused.
public enum Program {
  /// Parses the command line, runs the command and ends the process.
  public static func main<Root: ParsableCommand>(_ root: Root.Type) -> Never { main(root) { exit($0) } }

  /// - Parameter end: ends the process with an exit code, once everything has been said.
  public static func main<Root: ParsableCommand>(_ root: Root.Type, end: (Int32) -> Never) -> Never {
    // A reader that goes away, as `head` does, is no failure.
    signal(SIGPIPE, SIG_DFL)
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      try checkCommandName(root, arguments.first)
      var command = try root.parseAsRoot(arguments)
      try StructureLimits.$current.withValue(limits(arguments)) { try command.run() }
      Standard.flush()
      end(0)
    } catch let error as CheckpointError {
      report(error, json: arguments.contains("--json"))
      end(error.code.exitCode)
    } catch let nothing as NothingFound {
      report(nothing.error, json: arguments.contains("--json"))
      end(Finding.found.exitCode)
    } catch let finding as Finding {
      Standard.flush()
      end(finding.exitCode)
    } catch {
      let isFine = root.exitCode(for: error).isSuccess
      if !isFine && arguments.contains("--json") {
        report(CheckpointError(.wrongWords, root.message(for: error)), json: true)
      } else if isFine {
        Standard.output(root.fullMessage(for: error) + "\n")
        Standard.flush()
      } else {
        let message = root.fullMessage(for: error)
        Standard.error((message.hasPrefix("Error: ") ? "error" + message.dropFirst(5) : message) + "\n")
      }
      end(isFine ? 0 : CheckpointError.Code.wrongWords.exitCode)
    }
  }

  /// What may be unpacked to learn what is in a file: for the whole command, as the option is.
  private static func limits(_ arguments: [String]) -> StructureLimits {
    arguments.prefix { $0 != "--" }.contains(StructureLimits.option) ? .trusting : .standard
  }

  /// The parser calls an unknown command an unexpected argument; this says what it is, and what may be meant.
  private static func checkCommandName<Root: ParsableCommand>(
    _ root: Root.Type, _ word: String?
  ) throws(CheckpointError) {
    let names = root.configuration.subcommands.map { $0._commandName }
    guard let word, !word.hasPrefix("-"), !names.isEmpty, !(names + ["help"]).contains(word) else { return }
    let program = root._commandName
    throw CheckpointError(
      .wrongWords, "`\(word)` is not a command of \(program)",
      hint: Nearest.match(word, among: names).map { "`\(program) \($0)`" } ?? "`\(program) --help`")
  }

  private static func report(_ error: CheckpointError, json: Bool) {
    if json, let text = try? JSONText.of(ErrorReport(error)) {
      Standard.output(text)
      Standard.flush()
    } else {
      Standard.flush()
      let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
      Standard.error("error: " + lines.map { Words.plain(String($0)) }.joined(separator: "\n") + "\n")
    }
  }
}

/// Ends a command that has said all it has to say with an exit code other than 0.
public struct Finding: Error {
  public var exitCode: Int32

  /// 1: a difference, a finding, a pattern that matches nothing.
  public static let found = Finding(exitCode: 1)
  /// 3: something could not be examined.
  public static let notExamined = Finding(exitCode: 3)
}
