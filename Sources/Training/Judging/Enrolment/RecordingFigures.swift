// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Glibc

/// How long, how loud and how clipped a recording is, measured before it is resampled: whether it can stand for a voice.
package struct RecordingFigures: Sendable, Equatable {
  /// What a recording that is to stand for a voice must not fall short of.
  package enum Limit {
    /// dBFS. Speech lies at -40 to -15, the noise of a quiet room before a common microphone below -60: what is no louder
    /// than this says nothing of who speaks.
    package static let level = -60.0
    /// Seconds of sound: what is left of an embedding below a second depends on the words more than on the voice.
    package static let sound = 1.0
    /// A share of the samples. At a pitch of 100 Hz one sample in a hundred is one or two of each period at 16 kHz: every
    /// peak is cut off.
    package static let clipped = 0.01
  }

  /// Full scale: the highest sample that 16 bits hold, and all beyond it.
  private static let fullScale = 1 - Float(1) / 32768
  /// Seconds of a window that is sound or is not.
  private static let window = 0.02

  /// Seconds.
  package let duration: Double
  /// Seconds of its windows of 20 ms whose level is above `Limit.level`.
  package let sound: Double
  /// The level in dBFS, its mean taken off: 20 log10 of the root of the mean square; minus infinity where all samples are equal.
  package let level: Double
  /// The share of samples at full scale.
  package let clipped: Double

  /// - Precondition: the wave has a sample.
  package init(_ wave: Waveform) {
    let samples = wave.samples
    let mean = samples.reduce(0) { $0 + Double($1) } / Double(samples.count)
    let width = max(1, Int((Double(wave.sampleRate) * Self.window).rounded()))
    var (power, heard) = (0.0, 0)
    for start in stride(from: 0, to: samples.count, by: width) {
      let end = min(start + width, samples.count)
      var sum = 0.0
      for index in start..<end {
        let value = Double(samples[index]) - mean
        sum += value * value
      }
      power += sum
      if Self.level(sum / Double(end - start)) > Limit.level { heard += end - start }
    }
    duration = wave.duration
    sound = Double(heard) / Double(wave.sampleRate)
    level = Self.level(power / Double(samples.count))
    clipped = Double(samples.count { $0.magnitude >= Self.fullScale }) / Double(samples.count)
  }

  /// Of a file's first channel.
  ///
  /// - Throws: what reading it throws; `corrupt` where it holds no samples.
  package init(_ path: String) throws(CheckpointError) {
    let wave = try AudioFile(path).read()
    guard !wave.samples.isEmpty else { throw Waveform.isEmpty(path) }
    self.init(wave)
  }

  private static func level(_ power: Double) -> Double { 10 * log10(power) }

  /// Why the recording cannot stand for a voice, with figure and limit; nil where it can.
  ///
  /// - Parameter needed: seconds that the network takes at least.
  package func fault(needed: Double) -> String? {
    func seconds(_ value: Double) -> String { "\(Decimals.text(value, places: 2)) s" }
    if level == -.infinity { return "it is silent: all its samples are equal" }
    if level <= Limit.level {
      return
        "it is silent: its level is \(Decimals.text(level, places: 1)) dBFS, and more than \(Int(Limit.level)) dBFS are needed"
    }
    if sound < max(Limit.sound, needed) || duration < needed {
      return
        "it is too short: \(seconds(sound)) of sound in \(seconds(duration)), and \(seconds(max(Limit.sound, needed))) are needed"
        + " (the network alone needs \(seconds(needed)))"
    }
    if clipped > Limit.clipped {
      return
        "it is clipped: \(Decimals.percent((clipped * 1e4).rounded() / 1e4)) of its samples lie at full scale, and at most"
        + " \(Decimals.percent(Limit.clipped)) may"
    }
    return nil
  }
}
