// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Runs shell commands with the programs that were built beside the tests.
enum Shell {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("fixtures").path

  static var isRecording: Bool { ProcessInfo.processInfo.environment["RECORD"] == "1" }

  /// `.build/debug` or `.build/release`: where the running test program lies.
  static let programs: String = {
    let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let beside = (running as NSString).deletingLastPathComponent
    if FileManager.default.isExecutableFile(atPath: beside + "/resect") { return beside }
    return (CommandLine.arguments[0] as NSString).deletingLastPathComponent
  }()

  /// An empty folder that goes with its last user.
  final class Folder: Sendable {
    let path: String

    init() throws {
      path = NSTemporaryDirectory() + "resect-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  static func run(_ command: String, in folder: String) throws -> Transcript.Step {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = [
      "PATH": "\(programs):/usr/bin:/bin", "FIXTURES": fixtures, "LC_ALL": "C", "NO_COLOR": "1",
      "HOME": folder, "COLUMNS": "100",
    ]
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: neither stream can fill up while the other is read.
    let streams = try Folder()
    for name in ["/out", "/err"] { try Data().write(to: URL(fileURLWithPath: streams.path + name)) }
    process.standardOutput = FileHandle(forWritingAtPath: streams.path + "/out")
    process.standardError = FileHandle(forWritingAtPath: streams.path + "/err")
    try withoutBlockedSignals { try process.run() }
    process.waitUntilExit()
    var step = Transcript.Step(command: command)
    step.output = try lines(streams.path + "/out")
    step.errors = try lines(streams.path + "/err")
    step.exitCode =
      process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return step
  }

  /// A child has the mask of the thread that makes it, and those that tests run on may block most signals.
  private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
    var (none, before) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  private static func lines(_ path: String) throws -> [String] {
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
      .replacingOccurrences(of: fixtures, with: "$FIXTURES")
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
