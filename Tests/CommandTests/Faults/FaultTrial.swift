// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import Testing

#if DEBUG
  /// A command in a folder of its own: what it writes there when nothing fails, and what is wrong when something does.
  struct FaultTrial {
    let command: String
    /// Whether files stand where its outputs go.
    let isReplacing: Bool
    /// How many calls of each kind it makes.
    let calls: [Kernel.Call: Int]

    private let folder: Shell.Folder
    private let logs: Shell.Folder
    /// What the command finds, and what it leaves when nothing fails.
    private let before: FolderState
    private let whole: FolderState
    private let undisturbed: Transcript.Step

    /// - Parameter prepared: a folder of what the command reads.
    init(_ command: String, isReplacing: Bool, prepared: Shell.Folder) throws {
      self.isReplacing = isReplacing
      self.command = isReplacing ? command + " --force" : command
      (folder, logs) = try (Shell.Folder(), Shell.Folder())
      _ = try Shell.run("cp -R '\(prepared.path)/.' .", in: folder.path)
      let inputs = try Self.state(folder)
      _ = try Shell.run(command, in: folder.path)
      whole = try Self.state(folder)
      try Self.clear(folder, whole, but: inputs)
      if isReplacing { try Self.occupy(folder, whole, but: inputs) }
      before = try Self.state(folder)
      undisturbed = try Shell.run("RESECT_FAULT_LOG='\(logs.path)/log' \(self.command)", in: folder.path)
      let log = try String(contentsOfFile: logs.path + "/log", encoding: .utf8).split(separator: "\n")
      calls = Dictionary(grouping: log.compactMap { Kernel.Call(rawValue: String($0)) }, by: \.self)
        .mapValues(\.count)
      #expect(try [0, 1].contains(undisturbed.exitCode) && Self.state(folder) == whole, "\(undisturbed)")
    }

    private var isTrainer: Bool { command.hasPrefix("resect-train ") }
    private var isRun: Bool { Self.runs.contains { command.hasPrefix($0) } }
    private static let runs = ["resect-train finetune", "resect-train dino"]

    private static func state(_ folder: Shell.Folder) throws -> FolderState {
      try FolderState(folder.path, experiment: "x")
    }

    /// Removes what `state` has beside `inputs`, and every temporary.
    private static func clear(_ folder: Shell.Folder, _ state: FolderState, but inputs: FolderState) throws {
      let outputs = state.names.subtracting(inputs.names).compactMap { $0.split(separator: "/").first }
      for name in Set(outputs.map(String.init)).union(state.temporaries) {
        try? FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
      }
    }

    /// Has a file stand at the place of every one that the command writes.
    private static func occupy(_ folder: Shell.Folder, _ state: FolderState, but inputs: FolderState) throws {
      for name in state.names.subtracting(inputs.names) where state.units[name]?.count == 1 {
        try Data("old".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
      }
    }

    // MARK: One fault

    /// What is wrong after the command met a fault; empty where all is well.
    func wrong(after fault: Fault) throws -> [String] {
      try meet(fault.description) { step, after in
        var wrong: [String] = []
        switch step.exitCode {
        case undisturbed.exitCode where fault.effect != .kill: wrong = unlike(step, after)
        case 3 where !fault.effect.isHarmless && fault.effect != .kill: wrong = unnamed(step, fault)
        case 137 where fault.effect == .kill, -9 where fault.effect == .kill: break
        default: wrong = ["exit \(step.exitCode): \(step.errors.suffix(2))"]
        }
        return wrong
      }
    }

    /// The same where every second call of each kind is interrupted, and none moves more than half of its bytes.
    func wrongAfterInterruptions() throws -> [String] { try meet(Fault.harmless, unlike) }

    private func meet(
      _ rules: String, _ judge: (Transcript.Step, FolderState) -> [String]
    ) throws -> [String] {
      try Self.clear(folder, Self.state(folder), but: before)
      if isReplacing { try Self.occupy(folder, whole, but: before) }
      try? FileManager.default.removeItem(atPath: logs.path + "/log")
      let step = try Shell.run(
        "RESECT_FAULT='\(rules)' RESECT_FAULT_LOG='\(logs.path)/log' timeout -s KILL 120 \(command)",
        in: folder.path)
      let log = try String(contentsOfFile: logs.path + "/log", encoding: .utf8)
      // The trainer's threads may share its calls another way.
      if !log.hasSuffix("struck\n") && !log.contains("\nstruck\n") {
        return isTrainer ? [] : ["it never came"]
      }
      let after = try Self.state(folder)
      var wrong = judge(step, after)
      for name in before.names.union(after.names).sorted() {
        let found = after.units[name]
        // A checkpoint within an epoch is gone where the epoch has its own: the run that goes on judges it.
        if isRun && name.contains("/STEP-") && whole.units[name] == nil { continue }
        if found != before.units[name] && found != whole.units[name] { wrong.append("\(name) is torn") }
      }
      if isRun || !after.temporaries.isEmpty { wrong += try wrongAfterOneMore(after) }
      return wrong.map { "\(rules): \($0)" }
    }

    /// What is missing of an output, or said otherwise, where a command says that all went well.
    private func unlike(_ step: Transcript.Step, _ after: FolderState) -> [String] {
      var wrong: [String] = []
      if step.exitCode != undisturbed.exitCode {
        wrong.append("exit \(step.exitCode): \(step.errors.suffix(2))")
      }
      for name in whole.names.sorted() where after.units[name] != whole.units[name] {
        wrong.append("\(name) is not what it should be")
      }
      // A run tells the time.
      if !isRun && step.output != undisturbed.output { wrong.append("it prints \(step.output)") }
      return wrong
    }

    /// A message must begin with a file that the reader knows; standard output is none.
    private func unnamed(_ step: Transcript.Step, _ fault: Fault) -> [String] {
      guard let line = step.errors.last(where: { $0.hasPrefix("error: ") }) else {
        return ["no message: \(step.errors)"]
      }
      let message = line.dropFirst("error: ".count)
      if [.write, .close].contains(fault.call) && message.hasPrefix("cannot write: ") { return [] }
      let paths = before.units.merging(whole.units) { $1 }.values.flatMap(\.keys)
      let isNamed =
        paths.contains { message.hasPrefix("\($0): ") } || message.hasPrefix("x")
        || message.hasPrefix("$FIXTURES/") || message.hasPrefix(folder.path)
      return isNamed ? [] : ["which file? \(line)"]
    }

    private func wrongAfterOneMore(_ after: FolderState) throws -> [String] {
      var words = command
      if command.hasPrefix("resect-train finetune") {
        words += " --resume"
      } else if command.hasPrefix("resect-train dino") {
        words += " --force"
      } else {
        for name in whole.names.subtracting(before.names) {
          try? FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
        }
      }
      let step = try Shell.run(words, in: folder.path)
      let last = try Self.state(folder)
      if step.exitCode == undisturbed.exitCode && last == whole { return [] }
      let unlike = whole.names.union(last.names).filter { last.units[$0] != whole.units[$0] }
      return [
        "one further run: exit \(step.exitCode) \(step.errors.suffix(2)), other \(unlike), left \(last.temporaries)"
      ]
    }

    struct Failure: Error, CustomStringConvertible { var description: String }
  }
#endif
