// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

struct DINOCropsTests {
  static func stream(_ item: Int) -> KeyedRandom { KeyedRandom(seed: 2, .dinoCrops, epoch: 1, item: item) }

  /// A wave whose samples are their own places at int16 scale, counted from 1: a zero is padding.
  static func ramp(_ count: Int) -> [Float] { (0..<count).map { Float($0 + 1) / 32768 } }

  @Test func `counts and lengths are the recipes'`() throws {
    #expect(DINOCrops.rdino.rows == 4)
    #expect(DINOCrops.sdpn.rows == 3)
    #expect(DINOCrops.rdino.globalSamples == 64_000)
    #expect(DINOCrops.rdino.localSamples == 32_000)
    #expect(DINOCrops.rdino.rowSamples == 63_900)
    #expect(MelSpectrogram.frames(of: DINOCrops.rdino.rowSamples) == 400)
    #expect(try DINOCrops(globals: 2, locals: 4, frames: 400) == .rdino)
    for frames in [4, 40, 398] {
      let crops = try DINOCrops(globals: 1, locals: 2, frames: frames)
      #expect(MelSpectrogram.frames(of: crops.rowSamples) == frames)
    }
    for (globals, locals, frames) in [(0, 4, 40), (65, 4, 40), (2, 3, 40), (2, 0, 40), (2, 4, 41), (2, 4, 2)]
    {
      #expect(throws: CheckpointError(.wrongWords, "")) {
        try DINOCrops(globals: globals, locals: locals, frames: frames)
      }
    }
  }

  @Test func `crops are runs of the wave at different places, the last place left out`() throws {
    let crops = try DINOCrops(globals: 2, locals: 4, frames: 4)
    let wave = Self.ramp(645)
    var (long, short): (Set<Double>, Set<Double>) = ([], [])
    for item in 0..<400 {
      var random = Self.stream(item)
      let cut = crops.cut(wave, &random)
      #expect(cut.globals.count == 2 && cut.locals.count == 4)
      for (run, length) in cut.globals.map({ ($0, 640) }) + cut.locals.map({ ($0, 320) }) {
        #expect(run == (0..<length).map { run[0] + Double($0) })
      }
      #expect(Set(cut.globals.map(\.[0])).count == 2)
      #expect(Set(cut.locals.map(\.[0])).count == 4)
      long.formUnion(cut.globals.map(\.[0]))
      short.formUnion(cut.locals.map(\.[0]))
      var again = Self.stream(item)
      #expect(crops.cut(wave, &again) == cut)
    }
    // Places 0..<5 and 0..<325, as ramp values.
    #expect(long == [1, 2, 3, 4, 5])
    #expect(short.min() == 1 && short.max() == 325)
  }

  @Test func `short waves get zeros at their end, one sample for each global crop beyond its length`() throws
  {
    for (globals, length) in [(2, 641), (2, 640), (2, 3), (1, 640), (1, 100)] {
      let crops = try DINOCrops(globals: globals, locals: 4, frames: 4)
      var random = Self.stream(length)
      let cut = crops.cut(Self.ramp(length), &random)
      // Padded to 640 + globals, the places are 0..<globals: all of them are taken.
      #expect(Set(cut.globals.map(\.[0])) == Set((0..<globals).map { Double($0 + 1) }))
      for run in cut.globals {
        let first = Int(run[0])
        #expect(run == (first..<first + 640).map { $0 <= length ? Double($0) : 0 })
      }
      #expect(cut.locals.allSatisfy { $0.count == 320 })
    }
  }

  @Test func `rows are the globals, then two locals each, cut to a length`() {
    let cut = DINOCrops.Cut(globals: [[1, 2, 3, 4]], locals: [[5, 6], [7, 8], [9, 10], [11, 12]])
    #expect(cut.rows(4) == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
    #expect(cut.rows(3) == [[1, 2, 3], [5, 6, 7], [9, 10, 11]])
  }

  @Test func `batches hold crops in the order of upstream's training`() throws {
    for golden in try AugmentationGolden.read().batches {
      let crops = try DINOCrops(globals: golden.globals, locals: 4, frames: 8)
      let size = crops.rows * 80 * 8
      let recordings = (0..<3).map { item in
        DINORows(binMajor: (0..<size).map { Float(item * size + $0) }, rows: crops.rows, frames: 8)
      }
      let batch = DINOBatch(recordings, crops, items: [4, 5, 6])
      #expect(batch.global == golden.global)
      #expect(batch.local == golden.local)
      #expect(batch.count == 3 && batch.frames == 8 && batch.localFrames == 4)
      #expect(batch.globals == golden.globals && batch.locals == 4)
    }
  }
}
