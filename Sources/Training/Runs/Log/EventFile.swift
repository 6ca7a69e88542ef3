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

  package static func version(_ time: Double) -> ProtobufMessage<EventMessage> {
    var event = ProtobufMessage<EventMessage>()
    event.add(.wall_time, time)
    event.add(.file_version, "brain.Event:2")
    return event
  }

  /// A session log with the status START: what older files have from `step` on is void.
  package static func restart(_ time: Double, at step: Int) -> ProtobufMessage<EventMessage> {
    var log = ProtobufMessage<EventMessage.SessionLog>()
    log.add(.status, Int64(1))
    var event = ProtobufMessage<EventMessage>()
    event.add(.wall_time, time)
    event.add(.step, Int64(step))
    event.add(.session_log, log)
    return event
  }

  package static func scalars(_ line: MetricsLine) -> ProtobufMessage<EventMessage> {
    var summary = ProtobufMessage<EventMessage.Summary>()
    for (name, number) in line.values.sorted(by: { $0.key < $1.key }) {
      var value = ProtobufMessage<EventMessage.Value>()
      value.add(.tag, Text(name))
      value.add(.simple_value, Float(number))
      summary.add(.value, value)
    }
    var event = ProtobufMessage<EventMessage>()
    event.add(.wall_time, line.time)
    event.add(.step, Int64(line.iteration))
    event.add(.summary, summary)
    return event
  }

  /// Length, its checksum, the data, their checksum.
  package static func record(
    _ message: ProtobufMessage<some ProtobufFields>
  ) throws(CheckpointError) -> [UInt8] {
    let bytes = try message.bytes()
    var record = LittleEndianBytes()
    record.add(UInt64(bytes.count))
    record.add(CRC32C.masked(record.bytes))
    record.bytes += bytes
    record.add(CRC32C.masked(bytes))
    return record.bytes
  }
}
