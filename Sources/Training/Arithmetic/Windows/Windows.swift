// SPDX-License-Identifier: Apache-2.0

/// Which part of a map a window holds: row i and column j of it are frequency `firstRow + i rowStep` and frame
/// `firstColumn + j columnStep`, or zeros where the map has none.
///
/// The window is a matrix of a row for each of these positions, row i beginning at `i pitch`. Rows may share the
/// zeros between them: then `columns` is above `pitch`.
package struct MapWindow: Sendable, Equatable {
  /// Of the map.
  package var frequencies: Int
  package var frames: Int
  package var firstRow = 0
  package var rowStep = 1
  package var rows: Int
  package var firstColumn = 0
  package var columnStep = 1
  package var columns: Int
  package var pitch: Int
}

/// Elements that lie together in a window; `offset` counts from a position's own first element.
package struct WindowRun: Sendable, Equatable {
  package var offset: Int
  package var length: Int
}

/// The positions of a window one after the other. Of each `pitch` only the first `valid` are outputs: position
/// (i, j) is output row `i rowStep + j columnStep`.
package struct WindowPositions: Sendable, Equatable {
  package var count: Int
  package var pitch: Int
  package var valid: Int
  package var rowStep: Int
  package var columnStep: Int

  /// Each row of a matrix is a position.
  package static func rows(_ count: Int) -> Self {
    Self(count: count, pitch: count, valid: count, rowStep: 0, columnStep: 1)
  }

  /// All that fit into `rows` rows.
  package static func map(
    rows: Int, pitch: Int, valid: Int, rowStep: Int, columnStep: Int = 1
  ) -> Self {
    Self(
      count: (rows - 1) * pitch + valid, pitch: pitch, valid: valid, rowStep: rowStep, columnStep: columnStep)
  }
}

/// The taps of a kernel in the order in which they lie in a window, and the runs that they form there.
package struct WindowTaps: Sendable, Equatable {
  package let order: [Int]
  package let runs: [WindowRun]
  package let channels: Int

  /// Elements under all taps.
  package var inner: Int { order.count * channels }

  /// `offsets` has the window row of each tap, counted from a position's own.
  package init(_ offsets: [(tap: Int, row: Int)], channels: Int) {
    let sorted = offsets.sorted { $0.row < $1.row }
    order = sorted.map(\.tap)
    self.channels = channels
    var runs: [WindowRun] = []
    for (_, row) in sorted {
      if let last = runs.last, last.offset + last.length == row * channels {
        runs[runs.count - 1].length += channels
      } else {
        runs.append(WindowRun(offset: row * channels, length: channels))
      }
    }
    self.runs = runs
  }

  /// A kernel of one tap.
  package static func point(channels: Int) -> Self { Self([(tap: 0, row: 0)], channels: channels) }
}

extension WindowTaps {
  /// Vectors of the processor hold 16 outputs: rows of packed weights and of sums are filled up with zeros.
  package static func padded(_ outputs: Int) -> Int { (outputs + 15) / 16 * 16 }

  /// Rows behind a window that may be read, though nothing is made of them.
  package static func slack(_ channels: Int) -> Int { 24 + (24 + channels - 1) / channels }
}
