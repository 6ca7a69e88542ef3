// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

struct TrainingSetTests {
  /// Two speakers: one with a long and a short wave, one with a wave at 8 kHz and features.
  static func withData(_ body: (Manifest) throws -> Void) throws {
    try Fixtures.withFolder { folder throws in
      for name in ["a", "b"] {
        try FileManager.default.createDirectory(
          atPath: folder + "/" + name, withIntermediateDirectories: true)
      }
      try WAV.write(WAV.tone(300, seconds: 1.5), to: folder + "/a/1.wav")
      try WAV.write(WAV.tone(500, seconds: 0.2), to: folder + "/a/2.wav")
      try WAV.write(WAV.tone(700, seconds: 1, rate: 8000), rate: 8000, to: folder + "/b/1.wav")
      let frames = NPYArray(floats: (0..<90 * 80).map { Float($0 / 80) }, shape: [90, 80])
      try Data(frames.npy()).write(to: URL(fileURLWithPath: folder + "/b/2.npy"))
      try body(try Manifest.read(folder))
    }
  }

  static func set(_ manifest: Manifest, _ frontEnd: FrontEnd = .fbank, seed: UInt64 = 7) throws -> TrainingSet
  {
    TrainingSet(manifest, frontEnd: frontEnd, crop: try Crop(seconds: 0.5, frontEnd: frontEnd), seed: seed)
  }

  @Test func `every example has the crop's frames and its speaker`() throws {
    try Self.withData { manifest throws in
      for frontEnd in FrontEnd.allCases {
        let set = try Self.set(manifest, frontEnd)
        #expect(set.crop.frames == [FrontEnd.mel: 51, .fbank: 48, .fbankSherpa: 50][frontEnd])
        for item in 0..<4 {
          let example = try set.example(item, epoch: 1)
          #expect(example.features.frames == set.crop.frames)
          #expect(example.label == item / 2)
        }
      }
    }
  }

  @Test func `crops differ between epochs, items and seeds, and are the same when asked again`() throws {
    try Self.withData { manifest throws in
      let set = try Self.set(manifest)
      let first = try set.example(0, epoch: 1)
      #expect(try set.example(0, epoch: 1) == first)
      #expect(try set.example(0, epoch: 2) != first)
      #expect(try Self.set(manifest, seed: 8).example(0, epoch: 1) != first)
      // Consecutive rows of the feature file: a crop, nothing else.
      let rows = try set.example(3, epoch: 1).features
      let start = rows[0, 0]
      #expect((0..<48).allSatisfy { rows[$0, 79] == start + Float($0) })
    }
  }

  @Test func `a cache changes no example`() throws {
    try Self.withData { manifest throws in
      let plain = try Self.set(manifest)
      for budget in [0, 1, 70_000, 1 << 30] {
        let cache = WaveCache(budget: budget)
        let set = TrainingSet(manifest, frontEnd: .fbank, crop: plain.crop, seed: 7, cache: cache)
        for epoch in 1...3 {
          for item in 0..<4 {
            #expect(try set.example(item, epoch: epoch) == plain.example(item, epoch: epoch))
          }
        }
        #expect(cache.bytes <= budget)
        #expect((cache.bytes > 0) == (budget >= 70_000))
      }
    }
  }

  @Test func `short waves are padded at the end as upstream pads, or tiled`() throws {
    try Self.withData { manifest throws in
      let wave = try Waveform.load(manifest.items[1].path).samples
      #expect(wave.count == 3200)
      for padding in Crop.Padding.allCases {
        let crop = try Crop(seconds: 0.5, frontEnd: .mel, padding: padding)
        let set = TrainingSet(manifest, frontEnd: .mel, crop: crop, seed: 1)
        let rest = padding == .zero ? [Float](repeating: 0, count: 4800) : wave + wave[..<1600]
        #expect(try set.example(1, epoch: 0).features == MelSpectrogram()(wave + rest))
      }
      let crop = try Crop(frames: 3, frontEnd: .mel, padding: .tile)
      #expect(crop.padded([1, 2], to: 3, width: 2) == [1, 2, 1, 2, 1, 2])
      #expect(try Crop(frames: 3, frontEnd: .mel).padded([1, 2], to: 3, width: 2) == [1, 2, 0, 0, 0, 0])
    }
  }

  @Test func `a crop by frames gives just so many`() throws {
    for frontEnd in FrontEnd.allCases {
      for frames in [3, 10, 298] {
        let crop = try Crop(frames: frames, frontEnd: frontEnd)
        #expect(crop.frames == frames)
        #expect(frontEnd.frames(of: crop.samples) == frames)
      }
    }
    #expect(try Crop(seconds: 3, frontEnd: .fbank).frames == 298)
    for seconds in [0, -1, .nan, .infinity, 0.001, 4000] {
      #expect(throws: CheckpointError(.wrongWords, "")) { try Crop(seconds: seconds, frontEnd: .fbank) }
    }
    #expect(throws: CheckpointError(.wrongWords, "")) { try Crop(frames: 0, frontEnd: .fbank) }
    #expect(throws: CheckpointError(.wrongWords, "")) { try Crop(frames: 1, frontEnd: .mel) }
  }

  @Test func `batches are the same for any number of threads, and hold the plan's items`() throws {
    try Self.withData { manifest throws in
      let set = try Self.set(manifest)
      let plan = EpochPlan(epoch: 3, batches: (0..<12).map { [$0 % 4, ($0 + 1) % 4] })
      var seen: [[Batch]] = []
      for (threads, ahead) in [(1, 1), (1, 4), (3, 2), (4, 20)] {
        let loader = try set.batches(plan, threads: threads, ahead: ahead)
        var batches: [Batch] = []
        while let batch = try loader.next() { batches.append(batch) }
        seen.append(batches)
      }
      #expect(seen[0].map(\.items) == plan.batches)
      #expect(seen[0][0].features.count == 2 * 48 * 80)
      #expect(seen[0][0].labels == [0, 0])
      #expect(seen[1...].allSatisfy { $0 == seen[0] })
    }
  }

  @Test func `features of another shape, type or with NaN are refused, with the file`() throws {
    try Fixtures.withFolder { folder throws in
      let path = folder + "/x.npy"
      for (array, words) in [
        (NPYArray(floats: [Float](repeating: 0, count: 160), shape: [80, 2]), "features of shape [80, 2]"),
        (NPYArray(floats: [], shape: [0, 80]), "features of shape [0, 80]"),
        (
          NPYArray(floats: [Float](repeating: .nan, count: 80), shape: [1, 80]),
          "frame 0, bin 0 is not a finite"
        ),
        (NPYArray(.int8, shape: [1, 80], bytes: [UInt8](repeating: 0, count: 80)), "the array holds int8"),
      ] {
        try Data(array.npy()).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: CheckpointError.self) { try FeatureFile.load(path) }
        #expect(error?.location.file == path)
        #expect(error?.reason.contains(words) == true)
      }
    }
  }

  @Test func `an unreadable item stops the epoch and names its csv line`() throws {
    try Fixtures.withFolder { folder throws in
      try WAV.write(WAV.tone(300, seconds: 1), to: folder + "/a.wav")
      try "not audio".write(toFile: folder + "/b.wav", atomically: true, encoding: .utf8)
      let csv = folder + "/t.csv"
      try "path,spk\na.wav,x\nb.wav,y\n".write(toFile: csv, atomically: true, encoding: .utf8)
      let set = try Self.set(try Manifest.read(csv))
      let loader = try set.batches(EpochPlan(epoch: 0, batches: [[0], [1], [0]]), threads: 2)
      #expect(try loader.next()?.items == [0])
      let error = #expect(throws: CheckpointError.self) { try loader.next() }
      #expect(error?.location == .init(file: csv, member: "line 3", key: folder + "/b.wav"))
      #expect(try loader.next() == nil)
    }
  }

  @Test func `a whole utterance gives all its frames`() throws {
    try Self.withData { manifest throws in
      let fbank = FeatureExtractor(.fbank)
      #expect(try Utterance.features(of: manifest.items[0].path, fbank).frames == 148)
      #expect(try Utterance.features(of: manifest.items[2].path, fbank).frames == 98)
      #expect(try Utterance.features(of: manifest.items[3].path, fbank).frames == 90)
    }
  }
}
