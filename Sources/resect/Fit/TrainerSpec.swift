// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit
import Glibc

/// Key lists of networks by name, from `resect-train spec`: it alone knows the networks.
enum TrainerSpec {
  private static let family = "3dspeaker/"

  /// Whether a SPEC is a network's name. A file of that name is reached as `./3dspeaker/...`.
  static func isName(_ spec: String) -> Bool { spec.hasPrefix(family) }

  /// Runs the program that lies beside this one.
  static func read(_ name: String, path: Text?) throws(CheckpointError) -> KeySpec {
    let program = try beside()
    let (output, status) = try run(program, ["spec", name, "--json"])
    guard status == 0 else { throw failure(output, name, program, status) }
    return try KeySpec(text: output, name: name, path: path)
  }

  private static func beside() throws(CheckpointError) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(
      decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let program =
      String(own[..<(own.lastIndex(of: "/").map { own.index(after: $0) } ?? own.startIndex)]) + "resect-train"
    guard unsafe access(program, X_OK) == 0 else {
      throw CheckpointError(
        .unreadable, "networks are known to `resect-train`, which is not there", at: .init(file: program),
        hint: "install it beside `resect`, or give a key list: `--to keys.tsv`")
    }
    return program
  }

  /// The program's standard output and exit status. Its standard error goes where ours does.
  private static func run(
    _ program: String, _ words: [String]
  ) throws(CheckpointError) -> (output: String, status: Int32) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw cannotRun(program, errno) }
    // The child has the writing end as its standard output alone, or reading would never end.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = unsafe posix_spawn_file_actions_t()
    _ = unsafe posix_spawn_file_actions_init(&actions)
    _ = unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var arguments: [UnsafeMutablePointer<CChar>?] =
      unsafe ([program] + words).map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    var child: pid_t = 0
    let failed = unsafe posix_spawn(&child, program, &actions, nil, &arguments, environ)
    _ = unsafe posix_spawn_file_actions_destroy(&actions)
    close(ends[1])
    defer { close(ends[0]) }
    guard failed == 0 else { throw cannotRun(program, failed) }
    let output = readAll(ends[0])
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) == -1, errno == EINTR {}
    // As a shell has it: 128 and more for a signal.
    return (
      String(decoding: output, as: UTF8.self), status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    )
  }

  private static func readAll(_ descriptor: Int32) -> [UInt8] {
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return output }
      output += buffer.prefix(count)
    }
  }

  private static func cannotRun(_ program: String, _ number: Int32) -> CheckpointError {
    let words = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    return CheckpointError(.unreadable, "cannot run: \(words)", at: .init(file: program))
  }

  private static func failure(
    _ output: String, _ name: String, _ program: String, _ status: Int32
  ) -> CheckpointError {
    guard let report = try? ErrorReport(parsing: output) else {
      return CheckpointError(
        .unreadable, "`spec \(name)` ended with exit code \(status)", at: .init(file: program),
        hint: "`resect-train spec --list`")
    }
    let code: CheckpointError.Code = status == 2 ? .wrongWords : .unreadable
    return CheckpointError(
      code, report.error.message, hint: report.error.hint ?? "`resect-train spec --list`")
  }
}
