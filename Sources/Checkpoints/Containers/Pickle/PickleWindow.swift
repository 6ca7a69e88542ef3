// SPDX-License-Identifier: Apache-2.0

/// Runs pickles that lie somewhere in a large file, of unknown length, without reading all of the file.
struct PickleWindow {
  private let file: InputFile
  private let limit: Int
  private let limits: PickleLimits?
  /// The bytes read last, and where they begin.
  private var bytes: [UInt8] = []
  private var base = 0
  /// What was built of the last pickle that ended early.
  private(set) var unfinished: PickleGraph?
  private(set) var globals: [PickleMachine.Global] = []
  private var known: Set<PickleMachine.Global> = []

  /// - Parameters:
  ///   - limit: the most bytes that one pickle may take.
  ///   - limits: by the size of the window where nil.
  init(_ file: InputFile, limit: Int = 1 << 30, limits: PickleLimits? = nil) {
    self.file = file
    self.limit = limit
    self.limits = limits
  }

  /// Runs the pickle that begins at `offset`. A window that proves too short is doubled, so at most twice the
  /// needed work is done.
  mutating func run(at offset: Int) throws(CheckpointError) -> PickleGraph {
    var size = 1 << 20
    // The next pickle mostly lies in the window of the last one.
    var holds = (base..<base + bytes.count).contains(offset)
    while true {
      if !holds {
        bytes = []
        bytes = try file.read(offset..<min(file.size, offset + size))
        base = offset
      }
      holds = false
      var machine = PickleMachine(bytes, from: offset - base, limits: limits ?? .reading(bytes.count))
      do throws(CheckpointError) {
        let graph = try machine.run()
        note(machine.globals)
        return graph
      } catch {
        let more = base + bytes.count < file.size
        guard machine.endedEarly && more else {
          note(machine.globals)
          if machine.endedEarly { unfinished = machine.graph }
          var error = error
          error.location.byte = error.location.byte.map { $0 + base }
          throw error.at(file: file.path)
        }
        guard size < limit else {
          throw CheckpointError(
            .limit, "a pickle of more than \(limit) bytes", at: .init(file: file.path, byte: offset))
        }
        size *= 2
      }
    }
  }

  private mutating func note(_ more: [PickleMachine.Global]) {
    for global in more where known.insert(global).inserted { globals.append(global) }
  }
}
