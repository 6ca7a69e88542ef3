// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// One recording's rows of mel frames for self-supervised training: the global crops, then local crops two in a row.
package struct DINORows: Sendable, Equatable {
  /// (frames, 80) power mels each.
  package var rows: [FeatureMatrix]

  package init(rows: [FeatureMatrix]) { self.rows = rows }

  /// The form in which upstream's datasets hand rows over: (rows, 80, frames), the frames moving fastest.
  ///
  /// - Precondition: `values` holds so many.
  package init(binMajor values: [Float], rows count: Int, frames: Int) {
    let bins = FrontEnd.bins
    precondition(values.count == count * bins * frames)
    rows = (0..<count).map { row in
      var turned = FeatureMatrix(values: [Float](repeating: 0, count: bins * frames), bins: bins)
      for bin in 0..<bins {
        let start = (row * bins + bin) * frames
        for frame in 0..<frames { turned.values[frame * bins + bin] = values[start + frame] }
      }
      return turned
    }
  }

  /// Reads a `.npy` file of (rows, 80, frames) float32 power mels.
  ///
  /// - Throws: what `NPYArray` throws; `misfit` where the shape is not what `crops` makes, or a value is not finite.
  package static func load(_ path: String, _ crops: DINOCrops) throws(CheckpointError) -> DINORows {
    let bytes = try FileSystem.bytes(of: path, limit: 1 << 29)
    do throws(CheckpointError) {
      let array = try NPYArray(npy: bytes)
      let wanted = [crops.rows, FrontEnd.bins, crops.frames]
      guard array.shape == wanted else {
        throw CheckpointError(
          .misfit, "rows of shape \(array.shape); \(wanted) is needed: rows, mel bins, frames",
          hint:
            "\(crops.globals) global crops and \(crops.locals) local ones in pairs, of \(crops.frames) frames"
        )
      }
      let values = try array.floats()
      if let bad = values.firstIndex(where: { !$0.isFinite }) {
        let frame = bad % crops.frames
        let bin = bad / crops.frames % FrontEnd.bins
        let row = bad / crops.frames / FrontEnd.bins
        throw CheckpointError(.misfit, "row \(row), bin \(bin), frame \(frame) is not a finite number")
      }
      return DINORows(binMajor: values, rows: crops.rows, frames: crops.frames)
    } catch { throw error.at(file: path) }
  }
}
