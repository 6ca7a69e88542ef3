// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import OrderedCollections
import TestSupport
import Testing
import Training

/// What 3D-Speaker's `train_rdino.py` and `train_sdpn.py` did in three epochs of two steps: the initial weights, the
/// data, the order, the logged figures, and the checkpoints after the first and third epoch.
struct DistillationReplay {
  struct Run: Decodable {
    let orders: [[Int]]
    let epochs: [[String: Double]]
  }

  static let utterances = 4
  static let stepsPerEpoch = 2
  static let epochs = 3

  let name: String
  let run: Run
  let data: [Float]
  let crops: DINOCrops

  init(_ name: String) throws {
    self.name = name
    run = try #require(
      GoldenFiles.decode([String: Run].self, "replay/self-supervised/run.json")[name])
    data = try GoldenFiles.floats("replay/self-supervised/\(name)-data.f32")
    crops = try DINOCrops(globals: name == "rdino" ? 2 : 1, locals: 4, frames: 40)
  }

  /// The checkpoint after epoch 1 or 3.
  func checkpoint(after epoch: Int) throws -> DINOCheckpoint {
    let path =
      switch (name, epoch) {
      case ("sdpn", 1): "golden/replay/self-supervised/sdpn-epoch1-torch1.13.pth"
      case (_, 1): "checkpoints/\(name)-tiny-epoch1-torch1.13.pth"
      default: "checkpoints/\(name)-tiny-torch1.13.pth"
      }
    return try DINOCheckpoint(Fixtures.path(path))
  }

  /// The student before the first step, whose copy the teacher is, and what follows it in the file.
  func initial() throws -> (student: LoadedParameters, rest: [Float]) {
    let values = try GoldenFiles.floats("replay/self-supervised/\(name)-init.f32")
    let shapes = try checkpoint(after: 1).student
    var tensors: [Text: LoadedParameters.Value] = [:]
    var start = 0
    let known = shapes.shapes(under: "")
    for key in shapes.keys {
      let shape = try #require(known[key])
      let count = shape.reduce(1, *)
      let own = Array(values[start..<(start + count)])
      let isCounter = key.hasSuffix("num_batches_tracked")
      tensors[key] = isCounter ? .counter(Int64(own[0])) : .floats(shape: shape, own)
      start += count
    }
    return (LoadedParameters(tensors), Array(values[start...]))
  }

  /// The batches of an epoch, counted from 0.
  func batches(inEpoch epoch: Int) -> [DINOBatch] {
    let size = crops.rows * 80 * crops.frames
    return stride(from: 0, to: run.orders[epoch].count, by: Self.utterances).map { start in
      let items = Array(run.orders[epoch][start..<(start + Self.utterances)])
      let recordings = items.map { item in
        DINORows(
          binMajor: Array(data[(item * size)..<((item + 1) * size)]), rows: crops.rows, frames: crops.frames)
      }
      return DINOBatch(recordings, crops, items: items)
    }
  }

  /// The sizes of `config.yaml`, the rest as in `rdino.yaml`.
  var schedules: DistillationSchedules {
    var schedules = DistillationSchedules(
      epochs: Self.epochs, stepsPerEpoch: Self.stepsPerEpoch, batchSize: Self.utterances)
    (schedules.warmupEpochs, schedules.teacherTemperatureEpochs) = (1, 1)
    return schedules
  }

  /// A mean over an epoch, as the log has it.
  func agrees(
    _ values: [Double], _ epoch: Int, _ figure: String, tolerance: Double = 1e-5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let logged = try #require(run.epochs[epoch]["train_" + figure])
    let mean = values.reduce(0, +) / Double(values.count)
    #expect(
      abs(mean - logged) <= tolerance * abs(logged), "epoch \(epoch): \(figure) \(mean), not \(logged)",
      sourceLocation: sourceLocation)
  }

  /// Tensors within 1e-4 of the largest value + 1e-6, times `tolerances`; counters exactly.
  func compare(
    _ found: [StateEntry], _ golden: StateDictParameters, tolerances: Float = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(found.map { Text($0.key) } == golden.keys, sourceLocation: sourceLocation)
    var worst: (key: String, times: Float) = ("", 0)
    for entry in found {
      switch entry.value {
      case .counter(let value):
        #expect(try golden.counter(for: entry.key) == value, "\(entry.key)", sourceLocation: sourceLocation)
      case .floats(let values):
        let expected = try golden.values(for: entry.key, shape: entry.shape, initial: .zeros)
        let times = Self.apart(values, expected)
        if !(times <= worst.times) { worst = (entry.key, times) }
      }
    }
    #expect(
      worst.times <= tolerances, "\(golden.name): \(worst.key) is \(worst.times) tolerances away",
      sourceLocation: sourceLocation)
  }

  /// The largest difference over 1e-4 of the largest value + 1e-6.
  static func apart(_ values: [Float], _ expected: [Float]) -> Float {
    let size = expected.reduce(0) { max($0, abs($1)) }
    return zip(values, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / (1e-4 * size + 1e-6)
  }

  /// Momentum of every parameter, in the order of upstream's optimizer: each tensor within some tolerances, all of
  /// them together within a part of their length.
  func compare(
    _ found: OptimizerState, _ golden: OptimizerState, _ bounds: (tolerances: Float, distance: Double),
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.groups.map(\.parameters) == golden.groups.map(\.parameters), sourceLocation: sourceLocation)
    #expect(
      found.groups.map(\.weightDecay) == golden.groups.map(\.weightDecay), sourceLocation: sourceLocation)
    for (own, other) in zip(found.groups, golden.groups) {
      #expect(abs(own.learningRate - other.learningRate) < 1e-15, sourceLocation: sourceLocation)
    }
    #expect(found.entries.keys.sorted() == golden.entries.keys.sorted(), sourceLocation: sourceLocation)
    var worst: (index: Int, times: Float) = (0, 0)
    var (apart, length) = (0.0, 0.0)
    for (index, entry) in golden.entries {
      guard let own = found.entries[index]?.tensors["momentum_buffer"],
        let other = entry.tensors["momentum_buffer"]
      else { continue }
      #expect(own.shape == other.shape, sourceLocation: sourceLocation)
      let times = Self.apart(own.values, other.values)
      if !(times <= worst.times) { worst = (index, times) }
      for (a, b) in zip(own.values, other.values) {
        apart += Double(a - b) * Double(a - b)
        length += Double(b) * Double(b)
      }
    }
    #expect(
      worst.times <= bounds.tolerances, "momentum \(worst.index) is \(worst.times) tolerances away",
      sourceLocation: sourceLocation)
    let relative = (apart / length).squareRoot()
    #expect(relative <= bounds.distance, "momentum is \(relative) away", sourceLocation: sourceLocation)
  }
}
