// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// SDPN's erasing of local rows: a band of frames and a band of mel bins are set to 0 all across.
package struct BandErasing: Sendable, Equatable {
  package var frames: Range<Int>
  package var bins: Range<Int>

  package init(frames: Range<Int>, bins: Range<Int>) {
    (self.frames, self.bins) = (frames, bins)
  }

  package static let probability = 0.2

  /// With probability 0.2: 0 to 9 frames anywhere but in the last 10, 0 to 5 bins anywhere but in the last 6.
  ///
  /// Rows of 10 frames or fewer begin at 0. Takes the same number of draws whatever comes of them.
  package static func draw(frames: Int, bins: Int, _ random: inout KeyedRandom) -> BandErasing? {
    let isDone = random.uniform() < probability
    let (long, high) = (random.index(below: 10), random.index(below: 6))
    let first = random.index(below: max(1, frames - 10))
    let lowest = random.index(below: max(1, bins - 6))
    guard isDone else { return nil }
    return BandErasing(
      frames: first..<min(first + long, frames), bins: lowest..<min(lowest + high, bins))
  }

  package func apply(to row: inout FeatureMatrix) {
    for frame in 0..<row.frames {
      for bin in 0..<row.bins where frames.contains(frame) || bins.contains(bin) {
        row.values[frame * row.bins + bin] = 0
      }
    }
  }
}
