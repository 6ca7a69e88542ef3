// SPDX-License-Identifier: Apache-2.0

/// Features of one utterance, frame after frame: `frames` rows of `bins` values.
package struct FeatureMatrix: Sendable, Equatable {
  /// The rows, one after the other: `frames * bins` values.
  package var values: [Float]
  package let bins: Int

  package var frames: Int { values.count / bins }

  /// - Precondition: `values` holds whole rows.
  package init(values: [Float], bins: Int) {
    precondition(bins > 0 && values.count.isMultiple(of: bins))
    self.values = values
    self.bins = bins
  }

  package subscript(frame: Int, bin: Int) -> Float { values[frame * bins + bin] }

  /// Frames `start..<start + count`, as far as they exist.
  package func segment(from start: Int, count: Int) -> FeatureMatrix {
    let low = min(max(start, 0), frames)
    let high = min(low + max(count, 0), frames)
    return FeatureMatrix(values: Array(values[low * bins..<high * bins]), bins: bins)
  }

  /// The same values bin after bin, (bins, frames), as PyTorch's self-supervised networks take them.
  package func binMajor() -> [Float] {
    var turned = [Float](repeating: 0, count: values.count)
    let rows = frames
    for frame in 0..<rows {
      for bin in 0..<bins { turned[bin * rows + frame] = values[frame * bins + bin] }
    }
    return turned
  }

  /// Takes each bin's mean over the frames away (`mean_nor` of 3D-Speaker's FBank). Sums run in Double.
  package mutating func subtractMean() {
    let rows = frames
    guard rows > 0 else { return }
    var means = [Double](repeating: 0, count: bins)
    for frame in 0..<rows {
      for bin in 0..<bins { means[bin] += Double(values[frame * bins + bin]) }
    }
    for bin in 0..<bins { means[bin] /= Double(rows) }
    for frame in 0..<rows {
      for bin in 0..<bins {
        let value = Double(values[frame * bins + bin])
        values[frame * bins + bin] = Float(value - means[bin])
      }
    }
  }
}
