// SPDX-License-Identifier: Apache-2.0

/// A repeated field of numbers. Writers put all of them behind one length (packed), or a tag before each; both may be
/// mixed, and readers take any.
struct ProtobufNumbers: Sendable {
  /// Numbers that are written in one way, one behind the other.
  struct Run: Sendable {
    var range: Range<Int>
    /// Bytes of the tag before each; 0 where they are packed.
    var tag: Int
  }

  /// How each is written.
  let wire: ProtobufWire
  private(set) var runs: [Run] = []
  /// Where the first tag lies.
  private(set) var byte: Int?

  /// More changes between the two ways are made by nobody.
  private static let mostRuns = 1 << 16

  init(_ wire: ProtobufWire) { self.wire = wire }

  /// Adds what a field has.
  mutating func add(_ field: ProtobufField<some ProtobufFields>) throws(CheckpointError) {
    byte = byte ?? field.byte
    if field.wire == wire {
      let tag = field.range.lowerBound - field.byte
      if let last = runs.last, last.tag == tag, last.range.upperBound == field.byte {
        runs[runs.count - 1].range = last.range.lowerBound..<field.range.upperBound
      } else {
        runs.append(Run(range: field.byte..<field.range.upperBound, tag: tag))
      }
    } else if field.wire == .delimited {
      if let width = wire.width, field.range.count % width != 0 {
        throw CheckpointError(
          .corrupt,
          "\(field.name.words) has \(field.range.count) bytes, which are no numbers of \(width) each",
          at: .init(byte: field.byte))
      }
      if !field.range.isEmpty { runs.append(Run(range: field.range, tag: 0)) }
    } else {
      throw field.isOther(than: "\(wire.words), or many of them behind one length")
    }
    guard runs.count <= Self.mostRuns else {
      throw CheckpointError(
        .limit, "\(field.name.words) is written in more than \(Self.mostRuns) pieces",
        at: .init(byte: field.byte))
    }
  }

  var isEmpty: Bool { runs.isEmpty }

  /// How many there may be, as far as that is known without reading them.
  var count: ClosedRange<Int> {
    var (least, most) = (0, 0)
    for run in runs {
      let length = run.range.count
      let (short, long) = wire.width.map { ($0, $0) } ?? (1, 10)
      least += (length + run.tag + long - 1) / (run.tag + long)
      most += length / (run.tag + short)
    }
    // A run of nothing but the longest leaves no other choice.
    return min(least, most)...most
  }

  /// Where they lie without anything between; nil where they do not, or take bytes of different number.
  var plain: Range<Int>? {
    guard wire.width != nil, runs.count == 1, runs[0].tag == 0 else { return nil }
    return runs[0].range
  }

  /// All of them as integers: for what is known to be few.
  func integers(_ window: ProtobufWindow, atMost most: Int) throws(CheckpointError) -> [Int64] {
    var reader = Reader(self, window)
    var values: [Int64] = []
    while let value = try reader.next() {
      guard values.count < most else {
        throw CheckpointError(.limit, "there are more than \(most) numbers", at: .init(byte: byte))
      }
      values.append(Int64(bitPattern: value))
    }
    return values
  }

  /// Reads them in order.
  struct Reader {
    private let numbers: ProtobufNumbers
    private let window: ProtobufWindow
    private var index = 0
    private var position: Int

    init(_ numbers: ProtobufNumbers, _ window: ProtobufWindow) {
      self.numbers = numbers
      self.window = window
      position = numbers.runs.first?.range.lowerBound ?? 0
    }

    /// The bits of the next; nil behind the last.
    mutating func next() throws(CheckpointError) -> UInt64? {
      guard index < numbers.runs.count else { return nil }
      let run = numbers.runs[index]
      position += run.tag
      let value: UInt64
      if let width = numbers.wire.width {
        value = try window.fixed(at: position, width: width)
        position += width
      } else {
        value = try window.varint(&position, before: run.range.upperBound, "a packed field")
      }
      if position == run.range.upperBound {
        index += 1
        if index < numbers.runs.count { position = numbers.runs[index].range.lowerBound }
      }
      return value
    }
  }
}
