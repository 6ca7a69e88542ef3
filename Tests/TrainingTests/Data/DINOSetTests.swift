// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

struct DINOSetTests {
  static func crops(_ globals: Int = 2, frames: Int = 20) throws -> DINOCrops {
    try DINOCrops(globals: globals, locals: 4, frames: frames)
  }

  /// A folder with a long wave, one shorter than a crop, noises and impulse responses.
  static func withData(_ body: (Manifest, DINOAugmentation) throws -> Void) throws {
    try Fixtures.withFolder { folder throws in
      try SoundFiles.makeFolder(of: folder + "/data/x.wav")
      try WAV.write(WAV.tone(300, seconds: 0.5), to: folder + "/data/1.wav")
      try WAV.write(WAV.tone(500, seconds: 0.1), to: folder + "/data/2.wav")
      try SoundFiles.noises(in: folder + "/musan")
      try SoundFiles.impulses(in: folder + "/rirs")
      let augmentation = try DINOAugmentation(
        noises: SoundList(folder + "/musan"), impulses: ImpulseResponses(folder + "/rirs"))
      try body(try Manifest.read(folder + "/data", labels: .optional), augmentation)
    }
  }

  @Test func `rows are the mels of crops at int16 scale`() throws {
    try Self.withData { manifest, _ throws in
      let crops = try Self.crops()
      let set = DINOSet(manifest, crops: crops, method: .rdino, augmentation: nil, seed: 9)
      let mel = MelSpectrogram()
      for item in 0..<2 {
        let wave = try Waveform.load(manifest.items[item].path).samples
        var random = KeyedRandom(seed: 9, .dinoCrops, epoch: 3, item: item)
        let expected = try crops.cut(wave, &random).rows(3100).map { row in
          try mel(row.map(Float.init))
        }
        let found = try set.rows(item, epoch: 3)
        #expect(found.rows == expected)
        #expect(found.rows.count == 4)
        #expect(found.rows.allSatisfy { $0.frames == 20 && $0.bins == 80 })
        #expect(try set.rows(item, epoch: 4) != found)
      }
    }
  }

  @Test func `each crop is augmented on its own; SDPN's global crop is not, and its local rows lose bands`()
    throws
  {
    try Self.withData { manifest, augmentation throws in
      for method in DINOMethod.allCases {
        let crops = try Self.crops(method.crops.globals, frames: 12)
        let plain = DINOSet(manifest, crops: crops, method: method, augmentation: nil, seed: 9)
        let set = DINOSet(manifest, crops: crops, method: method, augmentation: augmentation, seed: 9)
        var (changedGlobals, erased) = (0, 0)
        for epoch in 0..<20 {
          let rows = try set.rows(0, epoch: epoch).rows
          let before = try plain.rows(0, epoch: epoch).rows
          if rows[0] != before[0] { changedGlobals += 1 }
          let zeros = rows.map { row in row.values.count { $0 == 0 } }
          #expect(zeros[0] == 0)
          if zeros.contains(where: { $0 > 0 }) { erased += 1 }
          // Every local row loses the same bands.
          #expect(Set(zeros[crops.globals...]).count == 1)
        }
        // RDINO leaves 1 crop of 6 alone; SDPN erases 1 time in 5, sometimes a band of no width.
        #expect(method == .rdino ? changedGlobals > 11 : changedGlobals == 0)
        #expect(method == .rdino ? erased == 0 : (1...11).contains(erased))
      }
    }
  }

  @Test func `batches are the same for any number of threads`() throws {
    try Self.withData { manifest, augmentation throws in
      let cache = WaveCache(budget: 1 << 20)
      let set = DINOSet(
        manifest, crops: try Self.crops(1), method: .sdpn, augmentation: augmentation, seed: 1, cache: cache)
      let plan = EpochPlan(epoch: 2, batches: [[0, 1], [1, 0], [0, 0], [1, 1]])
      var seen: [[DINOBatch]] = []
      for threads in [1, 3] {
        let loader = try set.batches(plan, threads: threads)
        var batches: [DINOBatch] = []
        while let batch = try loader.next() { batches.append(batch) }
        seen.append(batches)
      }
      #expect(seen[0] == seen[1])
      #expect(seen[0].map(\.items) == plan.batches)
      #expect(seen[0][0].global.count == 2 * 20 * 80)
      #expect(seen[0][0].local.count == 4 * 2 * 10 * 80)
      #expect(Array(seen[0][2].global.prefix(1600)) == Array(seen[0][2].global.suffix(1600)))
      #expect(cache.bytes > 0)
    }
  }

  @Test func `rows that are mels already are taken as they are`() throws {
    try Fixtures.withFolder { folder throws in
      let path = folder + "/0.npy"
      let values = (0..<4 * 80 * 20).map { Float($0) }
      try SoundFiles.write(NPYArray(floats: values, shape: [4, 80, 20]), to: path)
      let manifest = try Manifest.read(folder, labels: .optional)
      let set = DINOSet(manifest, crops: try Self.crops(), method: .rdino, augmentation: nil, seed: 1)
      #expect(try set.rows(0, epoch: 0) == DINORows(binMajor: values, rows: 4, frames: 20))
      #expect(try set.batch([0], epoch: 0).global[80 + 7] == Float(7 * 20 + 1))
      try Self.withData { _, augmentation throws in
        let set = DINOSet(
          manifest, crops: try Self.crops(), method: .rdino, augmentation: augmentation, seed: 1)
        #expect(throws: CheckpointError(.contradiction, "")) { try set.rows(0, epoch: 0) }
      }

      for (array, words) in [
        (NPYArray(floats: values, shape: [80, 80]), "rows of shape [80, 80]; [4, 80, 20] is needed"),
        (NPYArray(floats: values, shape: [4, 20, 80]), "rows of shape [4, 20, 80]; [4, 80, 20] is needed"),
        (NPYArray(floats: values.dropLast() + [.infinity], shape: [4, 80, 20]), "row 3, bin 79, frame 19"),
      ] {
        try SoundFiles.write(array, to: path)
        let error = #expect(throws: CheckpointError.self) { try set.rows(0, epoch: 0) }
        #expect(error?.code == .misfit)
        #expect(error?.location.file == path)
        #expect(error?.reason.hasPrefix(words) == true, "\(error?.reason ?? "")")
      }
    }
  }
}
