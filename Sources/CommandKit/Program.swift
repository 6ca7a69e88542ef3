// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import Checkpoints
import Glibc

/// How both programs start and end: one table of exit codes, one form of errors.
///
/// 0 fine or equal; 1 a difference, a finding, nothing to list; 2 wrong words; 3 cannot read or write; 4 refused.
public enum Program {
  /// Of both programs.
  public static let version = ProgramVersion.current

  /// Parses the command line, runs the command and ends the process.
  public static func main<Root: ParsableCommand>(_ root: Root.Type) -> Never { main(root) { exit($0) } }

  /// - Parameter end: ends the process with an exit code, once everything has been said.
  public static func main<Root: ParsableCommand>(_ root: Root.Type, end: (Int32) -> Never) -> Never {
    prepare()
    // The system gives a name at least; Swift's run time finds it by /proc.
    guard !CommandLine.arguments.isEmpty else {
      let error = CheckpointError(.unreadable, "cannot read the words of the command: is /proc mounted?")
      end(report(error, json: false, error.code.exitCode))
    }
    end(run(root, Array(CommandLine.arguments.dropFirst())))
  }

  /// What must have been done before a file is opened; twice does no harm.
  public static func prepare() {
    Standard.prepare()
    Kernel.removeTemporariesOnSignals()
  }

  /// Runs a command and says what there is to say; gives the exit code.
  private static func run<Root: ParsableCommand>(_ root: Root.Type, _ arguments: [String]) -> Int32 {
    // The parser would set up all of its own to say the same: nearly half of all that this takes.
    if arguments == ["--version"] { return finished(0, saying: version + "\n") }
    let json = arguments.contains("--json")
    do {
      try checkCommandName(root, arguments.first)
      var command = try root.parseAsRoot(arguments)
      try StructureLimits.$current.withValue(limits(arguments)) { try command.run() }
      try Standard.finish()
      return 0
    } catch let failure as Standard.OutputFailure {
      return report(failure)
    } catch let error as CheckpointError {
      return report(error, json: json, error.code.exitCode)
    } catch let nothing as NothingFound {
      return report(nothing.error, json: json, Finding.found.exitCode)
    } catch let finding as Finding {
      return finished(finding.exitCode)
    } catch {
      let isFine = root.exitCode(for: error).isSuccess
      let code = isFine ? 0 : CheckpointError.Code.wrongWords.exitCode
      if !isFine && json {
        return report(CheckpointError(.wrongWords, root.message(for: error)), json: true, code)
      }
      if isFine { return finished(code, saying: root.fullMessage(for: error) + "\n") }
      let message = root.fullMessage(for: error)
      Standard.error((message.hasPrefix("Error: ") ? "error" + message.dropFirst(5) : message) + "\n")
      return code
    }
  }

  /// What may be unpacked to learn what is in a file: for the whole command, as the option is.
  private static func limits(_ arguments: [String]) -> StructureLimits {
    arguments.prefix { $0 != "--" }.contains(StructureLimits.option) ? .trusting : .standard
  }

  /// Writes the last data; the exit code, or that of an output which could not be written.
  private static func finished(_ code: Int32, saying text: String = "") -> Int32 {
    do throws(Standard.OutputFailure) {
      try Standard.output(text)
      try Standard.finish()
      return code
    } catch { return report(error) }
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

  private static func report(_ error: CheckpointError, json: Bool, _ code: Int32) -> Int32 {
    guard json, let text = try? JSONText.of(ErrorReport(error)) else {
      say(error)
      return code
    }
    do throws(Standard.OutputFailure) {
      try Standard.output(text)
      try Standard.finish()
      return code
    } catch let failure {
      say(error)
      return report(failure)
    }
  }

  /// On standard error with `--json` too: standard output takes nothing.
  private static func report(_ failure: Standard.OutputFailure) -> Int32 {
    say(failure.error)
    return failure.error.code.exitCode
  }

  /// An error as every command says it, on standard error.
  public static func say(_ error: CheckpointError) {
    let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
    Standard.error("error: " + lines.map { Words.plain(String($0)) }.joined(separator: "\n") + "\n")
  }
}

/// Ends a command that has said all it has to say with an exit code other than 0.
public struct Finding: Error {
  /// What the program ends with.
  public var exitCode: Int32

  /// 1: a difference, a finding, a pattern that matches nothing.
  public static let found = Finding(exitCode: 1)
  /// 3: something could not be examined.
  public static let notExamined = Finding(exitCode: 3)
  /// 4: what was found is shown, and nothing says what to make of it.
  public static let noVerdict = Finding(exitCode: 4)
}
