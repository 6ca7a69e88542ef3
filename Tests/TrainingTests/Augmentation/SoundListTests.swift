// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

struct SoundListTests {
  @Test func `folders, wav.scp, csv and lists of paths name the same sounds`() throws {
    try Fixtures.withFolder { folder throws in
      try SoundFiles.noises(in: folder + "/musan")
      let all = try SoundList(folder + "/musan")
      #expect(all.count == 6)
      #expect(all.paths[0] == folder + "/musan/music/some-set/0.wav")
      #expect(all.paths.map(NoiseType.init(path:)) == [.music, .music, .noise, .noise, .speech, .speech])
      let names = all.paths.map { $0.dropFirst(folder.count + 1) }
      let scp = names.enumerated().map { "u\($0.offset) \($0.element)\n" }.joined()
      try SoundFiles.write(scp, to: folder + "/wav.scp")
      try SoundFiles.write(names.joined(separator: " \r\n\n"), to: folder + "/noise.lst")
      try SoundFiles.write("path\n" + names.joined(separator: "\n"), to: folder + "/noise.csv")
      for list in ["wav.scp", "noise.lst", "noise.csv"] {
        #expect(try SoundList(folder + "/" + list).paths == all.paths, "\(list)")
      }
    }
  }

  @Test(
    arguments: [
      ("/data/musan/noise/free-sound/x.wav", .noise), ("/noise/musan/speech/us-gov/a/x.wav", .speech),
      ("music/x.wav", .music), ("/data/rirs/x.wav", nil), ("/data/noise.wav", nil),
      ("/data/Noise/x.wav", nil),
    ] as [(String, NoiseType?)])
  func `the type is the last folder that names one`(path: String, type: NoiseType?) {
    #expect(NoiseType(path: path) == type)
  }

  @Test func `wrong lists say where`() throws {
    try Fixtures.withFolder { folder throws in
      try SoundFiles.noises(in: folder + "/n", count: 1)
      try SoundFiles.write(NPYArray(floats: [1], shape: [1, 1]), to: folder + "/f.npy")
      for (text, code, line) in [
        ("n/noise/some-set/0.wav\nnone.wav", "unreadable", "line 2"), ("\n\n", "empty-result", nil),
        ("f.npy", "unsupported", "line 1"), ("a\0b", "corrupt", "line 1"),
      ] as [(String, String, Text?)] {
        try SoundFiles.write(text, to: folder + "/list")
        let error = #expect(throws: CheckpointError.self) { try SoundList(folder + "/list") }
        #expect(error?.code.word == code)
        #expect(error?.location.member == line)
        #expect(error?.location.file == folder + "/list")
      }
      #expect(throws: CheckpointError(.unreadable, "")) { try SoundList(folder + "/nowhere") }
      try SoundFiles.write("not audio", to: folder + "/bad.wav")
      try SoundFiles.write("bad.wav", to: folder + "/list")
      let list = try SoundList(folder + "/list")
      let error = #expect(throws: CheckpointError.self) { try list.tiled(0, count: 3, place: 0) }
      #expect(error?.location == .init(file: folder + "/list", member: "line 1", key: folder + "/bad.wav"))
    }
  }

  @Test func `a long sound is cut anywhere, a short one repeated or followed by silence`() throws {
    try Fixtures.withFolder { folder throws in
      let path = folder + "/n/x.wav"
      try SoundFiles.makeFolder(of: path)
      try WAV.write([1, 2, 3, 4, 5], to: path)
      let list = try SoundList(folder + "/n")
      func tiled(_ count: Int, _ place: Double) throws -> [Double] {
        try list.tiled(0, count: count, place: place).map { $0 * 32768 }
      }
      func padded(_ count: Int, _ place: Double) throws -> [Double] {
        try list.padded(0, count: count, place: place).map { $0 * 32768 }
      }
      #expect(try tiled(3, 0) == [1, 2, 3])
      #expect(try tiled(3, 0.34) == [2, 3, 4])
      #expect(try tiled(3, 0.999) == [3, 4, 5])
      #expect(try tiled(5, 0.999) == [1, 2, 3, 4, 5])
      #expect(try tiled(12, 0.5) == [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2])
      #expect(try padded(3, 0.49) == [1, 2, 3])
      #expect(try padded(3, 0.999) == [2, 3, 4])
      #expect(try padded(5, 0.999) == [1, 2, 3, 4, 5])
      #expect(try padded(7, 0.5) == [1, 2, 3, 4, 5, 0, 0])
    }
  }

  @Test func `impulse responses come from recordings or from the rows of a matrix`() throws {
    try Fixtures.withFolder { folder throws in
      try SoundFiles.impulses(in: folder + "/rirs")
      let recordings = try ImpulseResponses(folder + "/rirs")
      #expect(recordings.count == 3)
      #expect(try recordings.samples(of: 1).map { $0 * 32768 } == [32767, 0, 8000, -4000])

      let path = folder + "/rir.npy"
      try SoundFiles.write(NPYArray(floats: [1, 0.5, -0.25, 2, 3, 4], shape: [2, 3]), to: path)
      #expect(try ImpulseResponses(path).samples(of: 1) == [2, 3, 4])
      let doubles = [1.5, -2, 0.1, 4].flatMap { value in
        (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt64($0))) }
      }
      try SoundFiles.write(NPYArray(.float64, shape: [2, 2], bytes: doubles), to: path)
      let matrix = try ImpulseResponses(path)
      #expect(matrix.count == 2)
      #expect(try matrix.samples(of: 1) == [Double(Float(0.1)), 4])

      for (array, code) in [
        (NPYArray(floats: [1, 2], shape: [2]), "misfit"), (NPYArray(floats: [], shape: [0, 5]), "misfit"),
        (NPYArray(floats: [1, .nan], shape: [1, 2]), "misfit"),
        (NPYArray(.int8, shape: [1, 1], bytes: [3]), "unsupported"),
      ] {
        try SoundFiles.write(array, to: path)
        let error = #expect(throws: CheckpointError.self) { try ImpulseResponses(path) }
        #expect(error?.code.word == code)
        #expect(error?.location.file == path)
      }
    }
  }
}
