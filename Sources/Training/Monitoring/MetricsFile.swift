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

  /// The bytes of the lines that were measured at `iteration` or before.
  static func head(of path: String, upTo iteration: Int) throws(CheckpointError) -> [UInt8] {
    var head: [UInt8] = []
    try forEachLine(path) { line, bytes in
      if line.iteration <= iteration { head += bytes + [0x0A] }
    }
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
