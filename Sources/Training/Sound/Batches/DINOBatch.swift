// SPDX-License-Identifier: Apache-2.0

/// Crops of B recordings as the networks of self-supervised training take them.
package struct DINOBatch: Sendable, Equatable {
  /// (global crops x B, frames, 80), crop after crop: all recordings' first global crop, then all their second.
  package var global: [Float]
  /// (local crops x B, frames / 2, 80), crop after crop. Crops 0 and 1 are the halves of the first local row.
  package var local: [Float]
  /// Frames of a global crop; a local one has half as many.
  package var frames: Int
  package var globals: Int
  package var locals: Int
  /// The recordings' numbers in the manifest.
  package var items: [Int]

  /// Recordings.
  package var count: Int { items.count }
  package var localFrames: Int { frames / 2 }

  /// Takes recordings' rows apart.
  ///
  /// - Precondition: each has the rows of `crops`, of its frames.
  package init(_ recordings: [DINORows], _ crops: DINOCrops, items: [Int]) {
    precondition(recordings.count == items.count)
    precondition(recordings.allSatisfy { $0.rows.count == crops.rows })
    (frames, globals, locals) = (crops.frames, crops.globals, crops.locals)
    self.items = items
    (global, local) = ([], [])
    let row = frames * FrontEnd.bins
    global.reserveCapacity(globals * items.count * row)
    local.reserveCapacity(locals / 2 * items.count * row)
    for crop in 0..<globals {
      for recording in recordings { global += recording.rows[crop].values[..<row] }
    }
    for crop in 0..<locals {
      let half = (crop % 2 * (row / 2))..<(crop % 2 + 1) * (row / 2)
      for recording in recordings { local += recording.rows[globals + crop / 2].values[half] }
    }
  }
}
