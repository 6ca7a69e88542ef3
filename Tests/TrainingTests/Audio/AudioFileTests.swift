// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

struct AudioFileTests {
  static func path(_ name: String) throws -> String { try Fixtures.path("audio/\(name)") }

  /// 0.5 sin(2 pi 440 t), what every file of fixtures/audio holds.
  static func tone(_ index: Int, rate: Int) -> Double {
    0.5 * sin(2 * Double.pi * 440 * Double(index) / Double(rate))
  }

  /// The largest distance of a wave from the tone.
  static func farthest(_ wave: Waveform, _ range: Range<Int>) -> Double {
    range.map { abs(Double(wave.samples[$0]) - tone($0, rate: wave.sampleRate)) }.max() ?? .infinity
  }

  @Test func `16-bit samples are divided by 32768`() throws {
    try Fixtures.withFolder { folder throws in
      let file = folder + "/a.wav"
      try WAV.write([0, 16_384, -32_768, 32_767], to: file)
      let wave = try AudioFile(file).read()
      #expect(wave.samples == [0, 0.5, -1, Float(32_767) / 32_768])
      #expect(wave.sampleRate == 16_000)
    }
  }

  @Test func `only the first channel is read`() throws {
    try Fixtures.withFolder { folder throws in
      let file = folder + "/a.wav"
      try WAV.write([1, 100, 2, 200, 3, 300], channels: 2, to: file)
      #expect(try AudioFile(file).read().samples.map { $0 * 32_768 } == [1, 2, 3])
    }
  }

  @Test func `FLAC, WAV at 8 kHz and stereo Ogg hold the tone`() throws {
    for (name, rate, tolerance) in [
      ("tone-16k.flac", 16_000, 4e-5), ("tone-8k.wav", 8_000, 4e-5), ("tone-44k1.ogg", 44_100, 0.05),
    ] {
      let wave = try AudioFile(Self.path(name)).read()
      #expect(wave.sampleRate == rate)
      #expect(wave.samples.count == rate / 4)
      #expect(Self.farthest(wave, 0..<rate / 4) < tolerance, "\(name)")
    }
  }

  @Test func `a part is read where it lies`() throws {
    let file = try AudioFile(Self.path("tone-16k.flac"))
    let part = try file.read(from: 1000, count: 50).samples
    #expect(part == Array(try AudioFile(file.path).read().samples[1000..<1050]))
    #expect(try file.read(from: 3990, count: 50).samples.count == 10)
  }

  @Test func `other rates are brought to 16 kHz`() throws {
    for name in ["tone-8k.wav", "tone-44k1.ogg"] {
      let wave = try Waveform.load(Self.path(name))
      #expect(wave.sampleRate == 16_000)
      #expect(wave.samples.count == 4000)
      // Away from the ends, where the filter has all its neighbours.
      let tolerance = name.hasSuffix("wav") ? 1e-4 : 0.05
      #expect(Self.farthest(wave, 500..<3500) < tolerance, "\(name)")
    }
  }

  @Test func `a segment of a resampled file is a segment of the whole`() throws {
    let whole = try Waveform.load(Self.path("tone-8k.wav")).samples
    var length = 0
    let part = try Waveform.loadSegment(Self.path("tone-8k.wav"), count: 100) { known in
      length = known
      return 700
    }
    #expect(length == whole.count)
    #expect(part.samples == Array(whole[700..<800]))
  }

  @Test func `a missing file, a folder, text and an empty file are told apart`() throws {
    try Fixtures.withFolder { folder throws in
      let text = folder + "/a.wav"
      try "not audio at all".write(toFile: text, atomically: true, encoding: .utf8)
      let empty = folder + "/b.wav"
      try WAV.write([], to: empty)
      for (path, code, words) in [
        (folder + "/none.wav", CheckpointError.Code.unreadable, "there is no such file"),
        (folder, .unreadable, "this is a folder"),
        (text, .unsupported, "libsndfile cannot open this as audio"),
        (empty, .corrupt, "the file holds no samples"),
      ] {
        let error = #expect(throws: CheckpointError.self) { try Waveform.load(path) }
        #expect(error?.code == code)
        #expect(error?.location.file == path)
        #expect(error?.reason.contains(words) == true, "\(String(describing: error))")
      }
    }
  }

  @Test func `a header that promises more than the file holds gives what is there`() throws {
    try Fixtures.withFolder { folder throws in
      let file = folder + "/cut.wav"
      try WAV.write([1, 2, 3, 4], claiming: 400_000_000, to: file)
      #expect(try AudioFile(file).read().samples.count == 4)
    }
  }

  @Test func `a rate beyond what is sensible is refused`() throws {
    try Fixtures.withFolder { folder throws in
      let file = folder + "/slow.wav"
      try WAV.write([1, 2, 3], rate: 1, to: file)
      let error = #expect(throws: CheckpointError.self) { try Waveform.load(file) }
      #expect(error?.code == .unsupported)
      #expect(error?.reason == "cannot resample from 1 to 16000 Hz")
    }
  }

  @Test func `what has no header is told by its suffix`() throws {
    try Fixtures.withFolder { folder throws in
      // mu-law: 0xff and 0x7f are zero, 0x00 and 0x80 the ends.
      for name in ["/a.ul", "/a.au", "/a.snd"] {
        try File.write([0xFF, 0x7F, 0x00, 0x80], to: folder + name)
        let wave = try AudioFile(folder + name).read()
        #expect(wave.sampleRate == 8000)
        #expect(wave.samples.map { $0 * 32_768 } == [0, 0, -32_124, 32_124], "\(name)")
      }
      try File.write([0xFF, 0x7F], to: folder + "/a.other")
      #expect(throws: CheckpointError(.unsupported, "")) {
        _ = try AudioFile(folder + "/a.other")
      }
    }
  }

  #if DEBUG
    @Test func `a read that fails is no end of the recording`() throws {
      for name in ["tone-16k.flac", "tone-8k.wav", "tone-44k1.ogg"] {
        let path = try Self.path(name)
        for number in 1... {
          let fault = KernelFault(.pread, number: number, errorNumber: EIO)
          let result = Result { try KernelFault.$current.withValue(fault) { try AudioFile(path).read() } }
          if !fault.struck {
            #expect(try result.get().samples == AudioFile(path).read().samples)
            break
          }
          #expect(throws: CheckpointError(.unreadable, ""), "\(name): \(number)") { try result.get() }
        }
      }
    }
  #endif

  @Test func `a recording that is written to while it is read is an error`() throws {
    try Fixtures.withFolder { folder throws in
      let path = folder + "/a.wav"
      try WAV.write([1, 2, 3], to: path)
      let file = try AudioFile(path)
      try WAV.write([1, 2, 3, 4], to: path)
      #expect(throws: CheckpointError(.inputChanged, "")) { try file.read() }
    }
  }
}
