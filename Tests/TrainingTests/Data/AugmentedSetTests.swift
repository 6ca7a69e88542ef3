// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// What a training set does beyond cropping: speeds, augmentation, whole items.
struct AugmentedSetTests {
  static let fbank = FeatureExtractor(.fbank)

  static func sets(
    _ manifest: Manifest, crop: Crop, speed: SpeedPerturbation = .none,
    augmentation: SpeakerAugmentation? = nil, cache: Int = 0
  ) -> TrainingSet {
    TrainingSet(
      manifest, frontEnd: .fbank, crop: crop, seed: 7, cache: WaveCache(budget: cache), speed: speed,
      augmentation: augmentation)
  }

  static func recordings(_ body: (Manifest, String) throws -> Void) throws {
    try Fixtures.withFolder { folder throws in
      for (name, hertz, seconds) in [("a/1", 300.0, 1.5), ("a/2", 500, 0.2), ("b/1", 700, 1)] {
        let path = "\(folder)/data/\(name).wav"
        try SoundFiles.makeFolder(of: path)
        try WAV.write(WAV.tone(hertz, seconds: seconds), to: path)
      }
      try body(try Manifest.read(folder + "/data"), folder)
    }
  }

  /// The crop that the stream of crops says, of a wave, through the front end.
  static func expected(_ wave: [Float], _ crop: Crop, item: Int, epoch: Int) throws -> FeatureMatrix {
    var random = KeyedRandom(seed: 7, .crop, epoch: epoch, item: item)
    let start = wave.count <= crop.samples ? 0 : random.index(below: wave.count - crop.samples + 1)
    let part = Array(wave[start..<min(wave.count, start + crop.samples)])
    let zeros = [Float](repeating: 0, count: crop.samples - part.count)
    return try fbank(part + zeros)
  }

  @Test func `a set that is asked for nothing crops, and nothing else`() throws {
    try Self.recordings { manifest, _ throws in
      let crop = try Crop(seconds: 0.1, frontEnd: .fbank)
      let set = Self.sets(manifest, crop: crop)
      #expect(set.classes == 2)
      for item in 0..<3 {
        let wave = try Waveform.load(manifest.items[item].path).samples
        let features = try Self.expected(wave, crop, item: item, epoch: 2)
        #expect(try set.example(item, epoch: 2) == .init(features: features, label: item / 2))
      }
    }
  }

  @Test func `each speed gives a label of its own and a crop of the changed wave`() throws {
    try Self.recordings { manifest, _ throws in
      let crop = try Crop(seconds: 0.1, frontEnd: .fbank)
      let set = Self.sets(manifest, crop: crop, speed: .random)
      let cached = Self.sets(manifest, crop: crop, speed: .random, cache: 1 << 20)
      #expect(set.classes == 6)
      var speeds: Set<Int> = []
      for epoch in 0..<6 {
        for item in 0..<3 {
          let example = try set.example(item, epoch: epoch)
          let index = example.label / 2
          #expect(example.label == item / 2 + 2 * index)
          speeds.insert(index)
          let wave = try Waveform.load(manifest.items[item].path)
          let changed = try SpeedPerturbation.apply(index, to: wave).samples
          #expect(example.features == (try Self.expected(changed, crop, item: item, epoch: epoch)))
          #expect(try cached.example(item, epoch: epoch) == example)
        }
      }
      #expect(speeds == [0, 1, 2])

      let labels = Self.sets(manifest, crop: crop, speed: .labelsOnly)
      #expect(labels.classes == 6)
      #expect(try labels.example(2, epoch: 1) == Self.sets(manifest, crop: crop).example(2, epoch: 1))
    }
  }

  @Test func `a cropped wave is augmented by a stream of its own, whatever thread does it`() throws {
    try Self.recordings { manifest, folder throws in
      try SoundFiles.noises(in: folder + "/musan")
      let augmentation = try SpeakerAugmentation(
        probability: 0.5, noises: SoundList(folder + "/musan"), impulses: nil)
      let crop = try Crop(seconds: 0.1, frontEnd: .fbank)
      let plain = Self.sets(manifest, crop: crop)
      let set = Self.sets(manifest, crop: crop, augmentation: augmentation)
      var changed = 0
      for epoch in 0..<40 {
        let wave = try Waveform.load(manifest.items[0].path).samples
        var random = KeyedRandom(seed: 7, .crop, epoch: epoch, item: 0)
        let start = random.index(below: wave.count - 1600 + 1)
        random = KeyedRandom(seed: 7, .augmentation, epoch: epoch, item: 0)
        let expected = try Self.fbank(augmentation(Array(wave[start..<start + 1600]), &random))
        #expect(try set.example(0, epoch: epoch).features == expected)
        if try plain.example(0, epoch: epoch).features != expected { changed += 1 }
      }
      #expect((10...30).contains(changed))
      let plan = EpochPlan(epoch: 1, batches: [[0, 1], [2, 0], [1, 2]])
      var seen: [[Batch]] = []
      for threads in [1, 3] {
        let loader = try set.batches(plan, threads: threads)
        var batches: [Batch] = []
        while let batch = try loader.next() { batches.append(batch) }
        seen.append(batches)
      }
      #expect(seen[0] == seen[1])
    }
  }

  @Test func `what augmentation cannot read is named, not the utterance`() throws {
    try Self.recordings { manifest, folder throws in
      try SoundFiles.write("no audio", to: folder + "/musan/x.wav")
      let augmentation = try SpeakerAugmentation(
        probability: 1, noises: SoundList(folder + "/musan"), impulses: nil)
      let set = Self.sets(
        manifest, crop: try Crop(seconds: 0.1, frontEnd: .fbank), augmentation: augmentation)
      let error = #expect(throws: CheckpointError.self) { try set.example(0, epoch: 0) }
      #expect(error?.code == .unsupported)
      #expect(error?.location == .init(file: folder + "/musan/x.wav"))
    }
  }

  @Test func `whole items go in as they are, where a batch's are equally long`() throws {
    try Self.recordings { manifest, folder throws in
      let set = Self.sets(manifest, crop: .whole)
      let wave = try Waveform.load(manifest.items[0].path).samples
      #expect(try set.example(0, epoch: 1).features == Self.fbank(wave))
      #expect(try set.batch([0, 0], epoch: 1).frames == 148)
      #expect(try set.batch([1], epoch: 1).frames == 18)
      let error = #expect(throws: CheckpointError.self) { try set.batch([0, 2], epoch: 1) }
      #expect(error?.code == .misfit)
      #expect(error?.reason == "98 frames, where the batch's first utterance has 148")
      #expect(error?.location.file == manifest.items[2].path)

      let features = NPYArray(floats: (0..<60 * 80).map { Float($0) }, shape: [60, 80])
      let path = folder + "/npy/a/1.npy"
      try SoundFiles.makeFolder(of: path)
      try SoundFiles.write(features, to: path)
      let ready = try Manifest.read(folder + "/npy")
      #expect(
        try Self.sets(ready, crop: .whole).batch([0], epoch: 1).features == (0..<60 * 80).map { Float($0) })
      for set in [
        Self.sets(ready, crop: .whole, speed: .random),
        Self.sets(
          ready, crop: .whole,
          augmentation: try SpeakerAugmentation(probability: 0, noises: nil, impulses: nil)),
      ] {
        #expect(throws: CheckpointError(.contradiction, "")) { try set.example(0, epoch: 1) }
      }
      #expect(Self.sets(ready, crop: .whole, speed: .labelsOnly).classes == 3)
    }
  }
}
