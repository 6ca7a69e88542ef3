// SPDX-License-Identifier: Apache-2.0

/// How the gradient of a convolution's input reads that of its output through windows.
///
/// With a step of s the input's rows are of s kinds, by the taps that reach them, and so are its columns. Those of one
/// kind, taken alone, are a convolution of step 1 over the gradient, with the taps turned round.
struct InputWindows {
  /// The inputs that the same taps reach.
  struct Kind {
    let taps: WindowTaps
    /// Input frequency `rows.lowerBound` is at `firstRow`, the next one `step` further, and so in time.
    fileprivate let rows: Range<Int>
    fileprivate let columns: Range<Int>
    fileprivate let origin: Stride2d
  }

  let geometry: Geometry2d
  let kinds: [Kind]
  /// No tap reaches some of the inputs.
  let leavesGaps: Bool
  let cells: Int
  private let strip: Int
  private let rows: Range<Int>
  private let columns: Range<Int>
  private let span: Stride2d
  private let pitch: Int
  private let shared: Int

  /// - Parameter channels: of the output.
  init(_ geometry: Geometry2d, channels: Int) {
    let rowKinds = Self.kinds(
      geometry.kernel.frequency, geometry.stride.frequency, geometry.dilation.frequency,
      geometry.padding.frequency, geometry.frequencies)
    let columnKinds = Self.kinds(
      geometry.kernel.time, geometry.stride.time, geometry.dilation.time, geometry.padding.time,
      geometry.frames)
    let rows = Self.hull(rowKinds.map(\.range))
    let columns = Self.hull(columnKinds.map(\.range))
    let span = Stride2d(
      frequency: (geometry.kernel.frequency - 1) * geometry.dilation.frequency / geometry.stride.frequency,
      time: (geometry.kernel.time - 1) * geometry.dilation.time / geometry.stride.time)
    let left = max(0, span.time - columns.lowerBound)
    let right = max(0, columns.upperBound - geometry.outputFrames)
    let shared = min(left, right, span.time)
    let pitch = columns.count + span.time - shared
    var kinds: [Kind] = []
    for row in rowKinds where !row.taps.isEmpty {
      for column in columnKinds where !column.taps.isEmpty {
        var offsets: [(tap: Int, row: Int)] = []
        for a in row.taps {
          for b in column.taps {
            let down = span.frequency - a * geometry.dilation.frequency / geometry.stride.frequency
            let right = span.time - b * geometry.dilation.time / geometry.stride.time
            offsets.append((tap: a * geometry.kernel.time + b, row: down * pitch + right))
          }
        }
        kinds.append(
          Kind(
            taps: WindowTaps(offsets, channels: channels), rows: row.range, columns: column.range,
            origin: .init(frequency: row.origin, time: column.origin)))
      }
    }
    self.kinds = kinds
    leavesGaps = kinds.count < geometry.stride.frequency * geometry.stride.time
    strip = WindowTaps.strip(rows.count, elements: pitch * channels, span: span.frequency)
    cells = (strip + span.frequency) * pitch + shared + WindowTaps.slack(channels)
    (self.geometry, self.rows, self.columns, self.span) = (geometry, rows, columns, span)
    (self.pitch, self.shared) = (pitch, shared)
  }

  var strips: Int { (rows.count + strip - 1) / strip }

  /// Lays out what one strip of inputs reads of the gradient of an utterance's outputs.
  func fill<Numbers: WindowKernels>(
    _ numbers: Numbers.Type, _ map: Rows<Numbers.Real>, strip index: Int, into window: Rows<Numbers.Real>
  ) {
    let rows = rows(index)
    Numbers.window(
      map,
      MapWindow(
        frequencies: geometry.outputFrequencies, frames: geometry.outputFrames,
        firstRow: rows.lowerBound - span.frequency, rows: rows.count + span.frequency,
        firstColumn: columns.lowerBound - span.time, columns: pitch + shared, pitch: pitch), into: window)
  }

  /// What one strip has of a kind: the window row where it begins, its positions, and the first input row; nil when
  /// it has nothing.
  func part(_ kind: Kind, strip index: Int) -> (start: Int, positions: WindowPositions, input: Int)? {
    let strip = rows(index)
    let rows = kind.rows.clamped(to: strip)
    guard !rows.isEmpty, !kind.columns.isEmpty else { return nil }
    let stride = geometry.stride
    let f = kind.origin.frequency + rows.lowerBound * stride.frequency
    let t = kind.origin.time + kind.columns.lowerBound * stride.time
    return (
      (rows.lowerBound - strip.lowerBound) * pitch + kind.columns.lowerBound - columns.lowerBound,
      .map(
        rows: rows.count, pitch: pitch, valid: kind.columns.count,
        rowStep: stride.frequency * geometry.frames, columnStep: stride.time), f * geometry.frames + t
    )
  }

  private func rows(_ index: Int) -> Range<Int> {
    (rows.lowerBound + index * strip)..<min(rows.upperBound, rows.lowerBound + (index + 1) * strip)
  }

  /// In one direction, for each kind: the taps that reach it, and the range of q for which `origin + q stride` is an
  /// input. Tap k reads for it the output q - k dilation / stride.
  private static func kinds(
    _ kernel: Int, _ stride: Int, _ dilation: Int, _ padding: Int, _ count: Int
  ) -> [(taps: [Int], range: Range<Int>, origin: Int)] {
    (0..<stride).map { phase in
      let origin = phase - padding
      let first = (max(0, -origin) + stride - 1) / stride
      let end = max(first, (count - origin + stride - 1) / stride)
      return ((0..<kernel).filter { $0 * dilation % stride == phase }, first..<end, origin)
    }
  }

  private static func hull(_ ranges: [Range<Int>]) -> Range<Int> {
    let ranges = ranges.filter { !$0.isEmpty }
    let first = ranges.map(\.lowerBound).min() ?? 0
    return first..<(ranges.map(\.upperBound).max() ?? first)
  }
}
