// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// How much of an utterance a training example takes, and what stands in where it is shorter.
package struct Crop: Sendable, Equatable {
  package enum Padding: String, Sendable, CaseIterable {
    /// Zeros at the end, as upstream's WavReader pads.
    case zero
    /// The utterance again, from its beginning.
    case tile
  }

  /// Samples at 16 kHz.
  package let samples: Int
  /// Frames that those samples give, and that are cut from feature files.
  package let frames: Int
  package let padding: Padding

  /// Everything that an item has, as it is: for data that were cut elsewhere.
  package static let whole = Crop()

  package var isWhole: Bool { frames == .max }

  private init() {
    samples = .max
    frames = .max
    padding = .zero
  }

  /// A crop by duration.
  package init(seconds: Double, frontEnd: FrontEnd, padding: Padding = .zero) throws(CheckpointError) {
    guard seconds.isFinite, seconds > 0, seconds <= 3600 else {
      throw CheckpointError(.wrongWords, "a crop of \(seconds) seconds; it must be above 0 and at most 3600")
    }
    try self.init(samples: Int((seconds * 16_000).rounded()), frontEnd, padding)
  }

  /// A crop by frames: the shortest wave that gives so many.
  package init(frames: Int, frontEnd: FrontEnd, padding: Padding = .zero) throws(CheckpointError) {
    guard (1...360_000).contains(frames) else {
      throw CheckpointError(.wrongWords, "a crop of \(frames) frames; it must be from 1 to 360000")
    }
    try self.init(samples: frontEnd.samples(for: frames), frontEnd, padding)
  }

  private init(samples: Int, _ frontEnd: FrontEnd, _ padding: Padding) throws(CheckpointError) {
    let frames = frontEnd.frames(of: samples)
    guard frames > 0 else {
      throw CheckpointError(
        .wrongWords, "a crop of \(samples) samples gives no frame of \(frontEnd.rawValue) features",
        hint: "a longer crop, such as --crop-seconds 3")
    }
    self.samples = samples
    self.frames = frames
    self.padding = padding
  }

  /// Where a crop of `length` units begins in something of `total` units: any place is equally likely.
  static func start(_ total: Int, _ length: Int, _ random: inout KeyedRandom) -> Int {
    total <= length ? 0 : random.index(below: total - length + 1)
  }

  /// `values` brought to `count` rows of `width` values.
  package func padded(_ values: [Float], to count: Int, width: Int = 1) -> [Float] {
    if isWhole { return values }
    let wanted = count * width
    guard values.count < wanted, !values.isEmpty else { return values }
    var padded = values
    padded.reserveCapacity(wanted)
    switch padding {
    case .zero: padded.append(contentsOf: repeatElement(0, count: wanted - values.count))
    case .tile:
      while padded.count < wanted {
        padded.append(contentsOf: values.prefix(wanted - padded.count))
      }
    }
    return padded
  }
}
