// SPDX-License-Identifier: Apache-2.0

/// How a convolution reads its input through windows: some rows of outputs at a time.
///
/// A step of s takes every s-th row and column: those that a tap reads are laid out as a plane of their own, so
/// that in each plane a position's neighbour is the next position.
struct OutputWindows {
  let geometry: Geometry2d
  let taps: WindowTaps
  /// Output rows of one window.
  let strip: Int
  /// Window rows of all planes, and what may be read behind them.
  let cells: Int
  private let planes: [(row: Int, column: Int)]
  private let span: Stride2d
  private let pitch: Int
  private let shared: Int
  private let planeCells: Int

  init(_ geometry: Geometry2d, channels: Int) {
    let (kernel, dilation, stride) = (geometry.kernel, geometry.dilation, geometry.stride)
    let rows = (0..<kernel.frequency).map { $0 * dilation.frequency }
    let columns = (0..<kernel.time).map { $0 * dilation.time }
    let span = Stride2d(
      frequency: (rows.last ?? 0) / stride.frequency, time: (columns.last ?? 0) / stride.time)
    // Zeros at the end of a row can be those at the beginning of the next.
    let shared = stride.time == 1 ? min(geometry.padding.time, span.time) : 0
    let pitch = geometry.outputFrames + span.time - shared
    var planes: [(row: Int, column: Int)] = []
    for row in Set(rows.map { $0 % stride.frequency }).sorted() {
      for column in Set(columns.map { $0 % stride.time }).sorted() { planes.append((row, column)) }
    }
    strip = WindowTaps.strip(
      geometry.outputFrequencies, elements: pitch * channels * planes.count, span: span.frequency)
    let planeCells = (strip + span.frequency) * pitch + shared
    var offsets: [(tap: Int, row: Int)] = []
    for (a, row) in rows.enumerated() {
      for (b, column) in columns.enumerated() {
        let plane =
          planes.firstIndex { $0 == (row % stride.frequency, column % stride.time) } ?? 0
        offsets.append(
          (
            tap: a * kernel.time + b,
            row: plane * planeCells + row / stride.frequency * pitch + column / stride.time
          ))
      }
    }
    taps = WindowTaps(offsets, channels: channels)
    cells = planes.count * planeCells + WindowTaps.slack(channels)
    (self.geometry, self.planes, self.span, self.pitch) = (geometry, planes, span, pitch)
    (self.shared, self.planeCells) = (shared, planeCells)
  }

  var strips: Int { (geometry.outputFrequencies + strip - 1) / strip }

  /// Output rows of one strip.
  func rows(_ index: Int) -> Range<Int> {
    (index * strip)..<min(geometry.outputFrequencies, (index + 1) * strip)
  }

  func positions(_ rows: Range<Int>) -> WindowPositions {
    .map(rows: rows.count, pitch: pitch, valid: geometry.outputFrames, rowStep: geometry.outputFrames)
  }

  /// Lays out what some rows of outputs read of one utterance's map.
  func fill<Numbers: WindowKernels>(
    _ numbers: Numbers.Type, _ map: Rows<Numbers.Real>, rows: Range<Int>, into window: Rows<Numbers.Real>
  ) {
    let stride = geometry.stride
    for (index, plane) in planes.enumerated() {
      let shape = MapWindow(
        frequencies: geometry.frequencies, frames: geometry.frames,
        firstRow: rows.lowerBound * stride.frequency + plane.row - geometry.padding.frequency,
        rowStep: stride.frequency, rows: rows.count + span.frequency,
        firstColumn: plane.column - geometry.padding.time, columnStep: stride.time, columns: pitch + shared,
        pitch: pitch)
      Numbers.window(
        map, shape, into: window.rows((index * planeCells)..<((index + 1) * planeCells)))
    }
  }

  /// Lays out the gradient of these outputs, a row for each of `positions`.
  func fillGradient<Numbers: WindowKernels>(
    _ numbers: Numbers.Type, _ map: Rows<Numbers.Real>, rows: Range<Int>, into window: Rows<Numbers.Real>
  ) {
    Numbers.window(
      map,
      MapWindow(
        frequencies: geometry.outputFrequencies, frames: geometry.outputFrames, firstRow: rows.lowerBound,
        rows: rows.count, columns: pitch, pitch: pitch), into: window)
  }

  /// Rows that `fillGradient` needs.
  var gradientCells: Int { strip * pitch }
}

extension WindowTaps {
  /// Rows of a map that one window takes: as many as stay in a core's cache. `elements` is the size of one.
  static func strip(_ rows: Int, elements: Int, span: Int) -> Int {
    min(rows, max(1, 65_536 / max(1, elements) - span))
  }
}
