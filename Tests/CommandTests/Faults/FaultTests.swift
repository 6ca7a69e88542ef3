// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing

#if DEBUG
  /// Every command that writes, while its system calls fail one after the other, move half of what they were given, or are
  /// the last before the process is killed.
  ///
  /// Whatever comes: outputs are the old ones or the whole new ones, what was read is untouched, the exit code is 3 and the
  /// message names the file, and after one further run nothing is left over. What the system asks to be done again is done
  /// again, and nobody sees it. `make soak` tries every call; else some of each kind are tried.
  @Suite struct FaultTests {
    private static let commands = EveryCommand.writing.map(\.command) + EveryCommand.forms

    /// The files of `EveryCommand.preparation` of a checkpoint with few tensors, so that fewer calls are made.
    private static let few = """
      cp $FIXTURES/cli/files/dinov2.pth a.pth
      resect strip a.pth -o b.pth --keep-removed h.pth > report.txt
      resect strip a.pth -o p.pth --provenance >> report.txt
      head -c 6000 a.pth > cut.pth
      """

    private static let (prepared, preparedFew) = (
      Result { try prepare(EveryCommand.preparation) }, Result { try prepare(few) }
    )

    private static func prepare(_ script: String) throws -> Shell.Folder {
      let folder = try Shell.Folder()
      let made = try Shell.run(script, in: folder.path)
      guard made.exitCode == 0 else { throw FaultTrial.Failure(description: "\(made)") }
      return folder
    }

    /// What is only written of a network that is known, and what works on one.
    private func needsNetwork(_ command: String) -> Bool {
      command.hasPrefix("resect-train ") || command.contains("3dspeaker")
    }

    /// Of all faults those to try, spread over them: a run makes thousands of calls, and takes seconds.
    private func chosen(_ faults: [Fault], _ command: String, isRun: Bool) -> [Fault] {
      let most = Soak.isOn ? needsNetwork(command) ? isRun ? 120 : 400 : faults.count : isRun ? 4 : 12
      guard faults.count > most else { return faults }
      let step = faults.count / most
      let first = command.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF } % step
      return stride(from: first, to: faults.count, by: step).map { faults[$0] }
    }

    @Test(arguments: commands, [false, true])
    func `a command writes all, or fails and leaves nothing`(_ command: String, isReplacing: Bool) throws {
      let isRun = command.contains(" finetune ") || command.contains(" dino ")
      // A folder is never replaced.
      if isReplacing && (isRun || command.hasSuffix("-o o")) { return }
      let trial = try FaultTrial(
        command, isReplacing: isReplacing,
        prepared: (needsNetwork(command) ? Self.prepared : Self.preparedFew).get())
      #expect(try trial.wrongAfterInterruptions() == [], "\(trial.command)")
      var wrong: [String] = []
      for fault in chosen(Fault.all(trial.calls), trial.command, isRun: isRun) {
        wrong += try trial.wrong(after: fault)
      }
      #expect(wrong == [], "\(trial.command)")
    }

    private struct Program: Decodable {
      struct Command: Decodable {
        struct Argument: Decodable {
          struct Name: Decodable { var name: String }
          var names: [Name]?
        }
        var commandName: String
        var arguments: [Argument]?
        var subcommands: [Command]?
      }
      var command: Command
    }

    @Test(arguments: ["resect", "resect-train"])
    func `every command that writes is tried, and each word that has it write more`(_ name: String) throws {
      let folder = try Shell.Folder()
      let help = try Shell.run("\(name) --experimental-dump-help", in: folder.path).output.joined()
      let program = try JSONDecoder().decode(Program.self, from: Data(help.utf8))
      var tried = 0
      for command in program.command.subcommands ?? [] {
        let words = Set((command.arguments ?? []).flatMap { $0.names ?? [] }.map(\.name))
        // Who may replace a file is who writes one.
        guard words.contains("force") else { continue }
        let calls = Self.commands.filter { $0.hasPrefix("\(name) \(command.commandName) ") }
        #expect(!calls.isEmpty, "\(name) \(command.commandName)")
        for word in ["keep-removed", "provenance", "salvage", "html", "scores", "det", "calibrate"]
        where words.contains(word) {
          // There it is read; and the digests of fine-tuning tell the time.
          if ["verify", "finetune"].contains(command.commandName) && word == "provenance" { continue }
          #expect(calls.contains { $0.contains(" --\(word)") }, "\(name) \(command.commandName) --\(word)")
        }
        tried += 1
      }
      #expect(tried >= 5)
    }
  }
#endif
