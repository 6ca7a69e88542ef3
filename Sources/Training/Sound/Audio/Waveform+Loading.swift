// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension Waveform {
  /// Reads the first channel of an audio file and brings it to the models' 16 kHz.
  package static func load(_ path: String) throws(CheckpointError) -> Waveform {
    let wave = try AudioFile(path).read()
    guard !wave.samples.isEmpty else { throw isEmpty(path) }
    do {
      return try Resampler.resample(wave, to: modelRate)
    } catch {
      throw error.at(file: path)
    }
  }

  static func isEmpty(_ path: String) -> CheckpointError {
    CheckpointError(
      .corrupt, "the file holds no samples", at: .init(file: path), hint: "leave it out of the data")
  }

  /// `count` samples at 16 kHz, beginning where `start` says once the length of the recording is known.
  ///
  /// A recording at 16 kHz is read only there; any other rate is resampled whole first, so that the samples do not
  /// depend on where the cut falls. Where the recording is shorter than `count`, all of it comes back.
  package static func loadSegment(
    _ path: String, count: Int, start: (_ length: Int) -> Int
  ) throws(CheckpointError) -> Waveform {
    let file = try AudioFile(path)
    guard file.sampleRate == modelRate, file.frames > count else {
      let wave = try load(path)
      return wave.segment(from: start(wave.samples.count), count: count)
    }
    let from = start(file.frames)
    let wave = try file.read(from: from, count: count)
    if wave.samples.count == count { return wave }
    // The header promised more than the file holds: only what can be decoded counts.
    let whole = try load(path)
    return whole.segment(from: start(whole.samples.count), count: count)
  }

  /// Samples `start..<start + count`, as far as they exist.
  package func segment(from start: Int, count: Int) -> Waveform {
    let low = min(max(start, 0), samples.count)
    let high = min(low + max(count, 0), samples.count)
    return Waveform(samples: Array(samples[low..<high]), sampleRate: sampleRate)
  }
}
