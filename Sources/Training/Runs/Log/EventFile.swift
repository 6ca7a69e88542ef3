// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A file of events that TensorBoard shows: `events.out.tfevents.<seconds>.resect`.
///
/// The form is that of TFRecord files around messages `Event` (tensorflow/core/util/event.proto, summary.proto): only the
/// few fields that scalars need.
package final class EventFile {
  private let file: AppendedFile

  /// Begins a new file; those of earlier runs stay.
  ///
  /// - Parameter step: tells TensorBoard to forget what older files have from this step on, as PyTorch's
  ///   `SummaryWriter(purge_step=)` does; nil where there is nothing to forget.
  package init(in folder: String, voidingFrom step: Int?, time: Double) throws(CheckpointError) {
    var seconds = Int(time)
    while Kernel.exists(Self.path(in: folder, seconds)) { seconds += 1 }
    file = try AppendedFile(Self.path(in: folder, seconds))
    try file.append(Self.record(Self.version(time)))
    if let step { try file.append(Self.record(Self.restart(time, at: step))) }
  }

  /// TensorBoard takes files in the order of their names, so the digits are padded.
  private static func path(in folder: String, _ seconds: Int) -> String {
    let digits = String(seconds)
    let padded = String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    return FilePath.join(folder, "events.out.tfevents.\(padded).resect")
  }

  /// Appends a line's values as scalars at its iteration, each under its name.
  func append(_ line: MetricsLine) throws(CheckpointError) {
    try file.append(Self.record(Self.scalars(line)))
  }

  func sync() throws(CheckpointError) { try file.sync() }

  // MARK: Messages

  package static func version(_ time: Double) -> ProtobufMessage {
    var event = ProtobufMessage()
    event.add(1, time)
    event.add(3, "brain.Event:2")
    return event
  }

  /// A session log with the status START: what older files have from `step` on is void.
  package static func restart(_ time: Double, at step: Int) -> ProtobufMessage {
    var log = ProtobufMessage()
    log.add(1, 1)
    var event = ProtobufMessage()
    event.add(1, time)
    event.add(2, step)
    event.add(7, log)
    return event
  }

  package static func scalars(_ line: MetricsLine) -> ProtobufMessage {
    var summary = ProtobufMessage()
    for (name, number) in line.values.sorted(by: { $0.key < $1.key }) {
      var value = ProtobufMessage()
      value.add(1, name)
      value.add(2, Float(number))
      summary.add(1, value)
    }
    var event = ProtobufMessage()
    event.add(1, line.time)
    event.add(2, line.iteration)
    event.add(5, summary)
    return event
  }

  /// Length, its checksum, the data, their checksum.
  package static func record(_ message: ProtobufMessage) -> [UInt8] {
    var record = LittleEndianBytes()
    record.add(UInt64(message.bytes.count))
    record.add(CRC32C.masked(record.bytes))
    record.bytes += message.bytes
    record.add(CRC32C.masked(message.bytes))
    return record.bytes
  }
}
