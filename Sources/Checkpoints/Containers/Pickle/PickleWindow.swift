// SPDX-License-Identifier: Apache-2.0

/// Runs pickles that lie somewhere in a large file, of unknown length, without reading all of the file.
struct PickleWindow {
  private let file: InputFile
  /// The most bytes that one pickle may take.
  private static let limit = 1 << 30
  /// The bytes read last, and where they begin.
  private var bytes: [UInt8] = []
  private var base = 0
  /// What was built of the last pickle that ended early.
  private(set) var unfinished: PickleGraph?

  init(_ file: InputFile) { self.file = file }

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
      var machine = PickleMachine(bytes, from: offset - base, limits: .reading(bytes.count))
      do throws(CheckpointError) {
        return try machine.run()
      } catch {
        let more = base + bytes.count < file.size
        guard machine.endedEarly && more else {
          if machine.endedEarly { unfinished = machine.graph }
          var error = error
          error.location.byte = error.location.byte.map { $0 + base }
          throw error.at(file: file.path)
        }
        guard size < Self.limit else {
          throw CheckpointError(
            .limit, "a pickle of more than \(Self.limit) bytes", at: .init(file: file.path, byte: offset))
        }
        size *= 2
      }
    }
  }
}
