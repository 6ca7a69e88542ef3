// SPDX-License-Identifier: Apache-2.0
public import Checkpoints
import Glibc

/// What `doctor` prints: all that a report of a fault should say, and nothing of who uses the machine, where, or for what.
public struct DoctorReport: Codable, Sendable {
  /// What a program chose for this machine.
  public struct Choice: Codable, Sendable {
    /// What is computed: `matrix products`.
    public var kernel: String
    /// By whom, and for which instructions: `OpenBLAS, Haswell`.
    public var choice: String

    /// A line of the report.
    public init(_ kernel: String, _ choice: String) { (self.kernel, self.choice) = (kernel, choice) }
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// `resect`.
  public var program: String
  /// As `--version` prints it.
  public var version = Program.version
  /// Whether it is a debug build, whose figures are no measure.
  public var isDebug: Bool
  /// Processor, memory, limits.
  public var machine = Machine()
  /// Threads that a command takes unless `--threads` says otherwise.
  public var threads: Int
  /// Those of others, each with the version that it runs with.
  public var libraries: [LinkedLibrary]
  /// Absent where a program has none to choose from.
  public var kernels: [Choice]?
  /// Variables of the environment that change what programs do, where they are set.
  public var variables: [String: String]

  /// - Parameters:
  ///   - program: its name.
  ///   - libraries: those beside `Checkpoints`' own.
  public init(
    _ program: String, threads: Int, libraries: [LinkedLibrary] = [], kernels: [Choice]? = nil
  ) {
    self.program = program
    self.threads = threads
    self.libraries = LinkedLibrary.ofCheckpoints + libraries
    self.kernels = kernels
    variables = Self.known.reduce(into: [:]) { found, name in
      if let value = unsafe getenv(name) { found[name] = unsafe String(cString: value) }
    }
    #if DEBUG
      isDebug = true
    #else
      isDebug = false
    #endif
  }

  /// None of them holds a path or a secret.
  private static let known = [
    "COLUMNS", "LANG", "LC_ALL", "MALLOC_ARENA_MAX", "NO_COLOR", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS", "SWIFT_BACKTRACE", "TERM",
  ]

  /// A line for each, as a report of a fault takes it.
  public var text: String {
    var table = TextTable(.left, .left)
    table.add([program, version + (isDebug ? ", a debug build" : "")])
    table.add(["system", "\(machine.kernel), \(machine.architecture), \(machine.libc)"])
    let level = machine.level.map { ", x86-64-v\($0)" } ?? ""
    table.add(["processor", (machine.processor ?? "unknown") + level])
    if !machine.features.isEmpty { table.add(["features", machine.features.joined(separator: " ")]) }
    let (all, allowed) = (machine.processors, machine.allowedProcessors)
    table.add(["processors", allowed == all ? "\(all)" : "\(all), of which \(allowed) may be used"])
    table.add(["threads", "\(threads)"])
    table.add(["memory", Words.bytes(machine.memory)])
    table.add(["ulimit -v", machine.addressSpaceLimit.map(Words.bytes) ?? "none"])
    table.add(["ulimit -f", machine.fileSizeLimit.map(Words.bytes) ?? "none"])
    table.add(["ulimit -n", machine.openFilesLimit.map { "\($0) files" } ?? "none"])
    table.add(["free for temporary files", machine.freeTemporary.map(Words.bytes) ?? "unknown"])
    for library in libraries { table.add([library.name, library.version]) }
    for kernel in kernels ?? [] { table.add([kernel.kernel, kernel.choice]) }
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) { table.add([name, Words.plain(value)]) }
    return table.text
  }
}
