// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import TestSupport
import Testing
import Training

@Suite struct RecordingFiguresTests {
  private static func tone(_ height: Double, seconds: Double, rate: Int = 16_000) -> [Float] {
    (0..<Int(seconds * Double(rate))).map { Float(height * sin(2 * .pi * 440 * Double($0) / Double(rate))) }
  }

  private static func figures(_ samples: [Float], rate: Int = 16_000) -> RecordingFigures {
    RecordingFigures(Waveform(samples: samples, sampleRate: rate))
  }

  @Test func `level and lengths are those of the wave, whatever its rate and offset`() {
    for rate in [8_000, 16_000, 44_100] {
      let tone = Self.tone(0.5, seconds: 1, rate: rate)
      for offset in [0, 0.25] as [Float] {
        let figures = Self.figures(
          tone.map { $0 + offset } + [Float](repeating: offset, count: rate / 2), rate: rate)
        // A tone of height 0.5 for two thirds of the time; the offset is no sound.
        let expected = 10 * log10(0.125 * 2 / 3)
        #expect(abs(figures.level - expected) < 0.01)
        #expect(abs(figures.sound - 1) < 0.021)
        #expect(abs(figures.duration - 1.5) < 1e-3)
        #expect(figures.clipped == 0)
        #expect(figures.fault(needed: 0.1) == nil)
      }
    }
  }

  @Test func `silence is told with its level`() {
    #expect(Self.figures([0, 0, 0]).fault(needed: 0) == "it is silent: all its samples are equal")
    let quiet = Self.figures(Self.tone(0.001, seconds: 2)).fault(needed: 0)
    #expect(quiet == "it is silent: its level is -63.0 dBFS, and more than -60 dBFS are needed")
    #expect(Self.figures(Self.tone(0.002, seconds: 2)).fault(needed: 0) == nil)
  }

  @Test func `too little sound is told, and what the network needs`() {
    let short = Self.figures(Self.tone(0.5, seconds: 0.5) + [Float](repeating: 0, count: 16_000))
    #expect(
      short.fault(needed: 0.15)
        == "it is too short: 0.50 s of sound in 1.50 s, and 1.00 s are needed (the network alone needs 0.15 s)"
    )
    #expect(Self.figures(Self.tone(0.5, seconds: 2)).fault(needed: 3)?.contains("3.00 s are needed") == true)
  }

  @Test func `clipping is told with the share of samples at full scale`() {
    let high = Self.tone(1.2, seconds: 2).map { max(-1, min(1 - 1 / 32768, $0)) }
    let figures = Self.figures(high)
    // |sin| is above 1 / 1.2 for that share of the time.
    #expect(abs(figures.clipped - (1 - asin(1 / 1.2) * 2 / .pi)) < 0.005)
    #expect(figures.fault(needed: 0)?.hasPrefix("it is clipped: 37") == true)
    // A peak here and there is none.
    var few = Self.tone(0.5, seconds: 1)
    for index in 0..<160 { few[100 * index] = 1 }
    #expect(Self.figures(few).clipped == 0.01)
    #expect(Self.figures(few).fault(needed: 0) == nil)
    few[5] = -1
    #expect(Self.figures(few).fault(needed: 0) != nil)
  }

  @Test func `a file is measured by its first channel as it is`() throws {
    let folder = try TemporaryFolder()
    try WAV.write(
      (0..<40_000).flatMap { [Int16(($0 % 50) * 400), Int16.max] }, rate: 22_050, channels: 2,
      to: folder("a.wav"))
    let figures = try RecordingFigures(folder("a.wav"))
    #expect(abs(figures.duration - 40_000 / 22_050.0) < 1e-9)
    #expect(figures.clipped == 0)
    try WAV.write([], to: folder("none.wav"))
    #expect(throws: CheckpointError(.corrupt, "")) { try RecordingFigures(folder("none.wav")) }
  }
}
