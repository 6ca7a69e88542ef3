// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Reads `metrics.jsonl`, whole or up to an iteration.
package enum MetricsFile {
  package static let name = "metrics.jsonl"
  /// A line takes some 150 bytes: tens of millions of steps.
  private static let largest = 1 << 32

  /// Every line in order; a last line without its newline was torn by a crash and is passed over.
  ///
  /// - Throws: `unreadable`; `corrupt` and `unsupported` with the line.
  package static func read(_ path: String) throws(CheckpointError) -> [MetricsLine] {
    var lines: [MetricsLine] = []
    try forEachLine(path) { line, _ in lines.append(line) }
    return lines
  }

  /// What a run that goes on leaves of the file.
  struct Beginning {
    /// The lines' bytes.
    var bytes: [UInt8] = []
    /// The iteration of the first line that goes because its epoch goes on; nil where none does.
    var firstLost: Int?
    /// The lines that stay, but were measured at that iteration or later.
    var laterThanLost: [MetricsLine] = []
  }

  /// The lines that were measured at `iteration` or before, without what was said of the whole of `epoch`: it was not
  /// over yet, where --steps had ended the run within it. What is made at a run's end is made anew.
  static func head(of path: String, upTo iteration: Int, within epoch: Int?) throws(CheckpointError)
    -> Beginning
  {
    var head = Beginning()
    var own: [MetricsLine] = []
    try forEachLine(path) { line, bytes in
      guard line.iteration <= iteration, line.kind != .blend else { return }
      if line.epoch == epoch, line.kind == .epoch {
        head.firstLost = min(head.firstLost ?? .max, line.iteration)
        return
      }
      if line.epoch == epoch { own.append(line) }
      head.bytes += bytes + [0x0A]
    }
    if let first = head.firstLost { head.laterThanLost = own.filter { $0.iteration >= first } }
    return head
  }

  private static func forEachLine(
    _ path: String, _ body: (MetricsLine, ArraySlice<UInt8>) -> Void
  ) throws(CheckpointError) {
    let bytes = try FileSystem.bytes(of: path, limit: largest)
    var (start, number) = (0, 1)
    while let end = bytes[start...].firstIndex(of: 0x0A) {
      do throws(CheckpointError) {
        body(try MetricsLine(json: Array(bytes[start..<end])), bytes[start..<end])
      } catch {
        throw error.at(file: path, member: "line \(number)")
      }
      start = end + 1
      number += 1
    }
  }
}
