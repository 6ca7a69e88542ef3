// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// The crops that self-supervised training makes of one recording: some long (global), some of half the length (local).
///
/// Local crops are joined pairwise, so that a recording becomes rows of one length, the globals first. Crops are at
/// int16 scale and 16 kHz, as upstream trains.
package struct DINOCrops: Sendable, Equatable {
  package let globals: Int
  /// Even.
  package let locals: Int
  /// Mel frames of a global crop, even; a local one has half as many.
  package let frames: Int

  /// RDINO's two global and four local crops of 4 and 2 s.
  package static let rdino = DINOCrops(2, 4, 400)
  /// SDPN's one global and four local crops.
  package static let sdpn = DINOCrops(1, 4, 400)

  /// - Throws: `wrongWords` for counts that make no rows, or crops that give no frames.
  package init(globals: Int, locals: Int, frames: Int) throws(CheckpointError) {
    guard (1...64).contains(globals) else {
      throw CheckpointError(.wrongWords, "\(globals) global crops; there must be 1 to 64")
    }
    guard (2...64).contains(locals), locals.isMultiple(of: 2) else {
      throw CheckpointError(
        .wrongWords, "\(locals) local crops; there must be 2 to 64, an even number: two make a row")
    }
    guard (4...36_000).contains(frames), frames.isMultiple(of: 2) else {
      throw CheckpointError(
        .wrongWords, "global crops of \(frames) frames; it must be 4 to 36000, an even number",
        hint: "local crops have half as many")
    }
    self.init(globals, locals, frames)
  }

  private init(_ globals: Int, _ locals: Int, _ frames: Int) {
    self.globals = globals
    self.locals = locals
    self.frames = frames
  }

  /// Rows of a recording: the globals, then half as many as there are locals.
  package var rows: Int { globals + locals / 2 }
  /// Samples of a global crop.
  package var globalSamples: Int { frames * MelSpectrogram.hop }
  package var localSamples: Int { globalSamples / 2 }
  /// Samples of a row that go into its mel: 100 less than it has, so that there are `frames` frames and not one more.
  package var rowSamples: Int { globalSamples - 100 }

  /// The crops of one recording.
  package struct Cut: Sendable, Equatable {
    package var globals: [[Double]]
    package var locals: [[Double]]

    package init(globals: [[Double]], locals: [[Double]]) {
      (self.globals, self.locals) = (globals, locals)
    }

    /// Rows of `count` samples: the globals, then two locals each.
    package func rows(_ count: Int) -> [[Double]] {
      let pairs = stride(from: 0, to: locals.count, by: 2).map { locals[$0] + locals[$0 + 1] }
      return (globals + pairs).map { Array($0.prefix(count)) }
    }
  }

  /// Cuts the crops of each length at different random places; samples in [-1, 1] come out at int16 scale.
  ///
  /// A wave shorter than a global crop and one sample for each of them is padded to that with zeros at its end.
  package func cut(_ samples: [Float], _ random: inout KeyedRandom) -> Cut {
    let shortage = globalSamples + globals - samples.count
    let wave = shortage > 0 ? samples + repeatElement(0, count: shortage) : samples
    func crops(_ count: Int, of length: Int) -> [[Double]] {
      // As upstream draws: the very last place is left out.
      random.sample(count, below: wave.count - length).map { start in
        wave[start..<start + length].map { Double($0) * DINOAugmentation.scale }
      }
    }
    let long = crops(globals, of: globalSamples)
    return Cut(globals: long, locals: crops(locals, of: localSamples))
  }
}
