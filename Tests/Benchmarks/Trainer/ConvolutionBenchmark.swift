// SPDX-License-Identifier: Apache-2.0
import Glibc
import Training

/// Two-dimensional convolutions by windows and by columns, in turns: billions of operations for each second of
/// processor time, best of several runs (`benchmarks [workers] convolutions`).
enum ConvolutionBenchmark {
  typealias Numbers = NativeKernels<Float>

  struct Shape {
    var channels: (Int, Int)
    var size: (Int, Int)
    var kernel = 3
    var stride = (1, 1)
    var padding: Int { kernel / 2 }

    var geometry: Geometry2d {
      Geometry2d(
        frequencies: size.0, frames: size.1, kernel: .init(frequency: size.0 == 1 ? 1 : kernel, time: kernel),
        stride: .init(frequency: stride.0, time: stride.1),
        padding: .init(frequency: size.0 == 1 ? 0 : padding, time: padding))
    }
  }

  static let maps = [(80, 200), (40, 100), (20, 50), (10, 25)]

  /// Those of CAM++, ResNet34 and the ERes2Nets on utterances of 200 frames.
  static let shapes: [Shape] =
    [
      (16, 0), (24, 0), (26, 0), (32, 0), (32, 1), (48, 1), (52, 1), (64, 0), (64, 1), (96, 2), (104, 2),
      (128, 2), (128, 3), (192, 3), (208, 3), (256, 3),
    ].map { Shape(channels: ($0.0, $0.0), size: maps[$0.1]) } + [
      Shape(channels: (1, 32), size: maps[0]), Shape(channels: (1, 64), size: maps[0]),
      Shape(channels: (32, 32), size: (80, 200), stride: (2, 1)),
      Shape(channels: (32, 32), size: (40, 200), stride: (2, 1)),
      Shape(channels: (32, 64), size: maps[0], stride: (2, 2)),
      Shape(channels: (64, 128), size: maps[1], stride: (2, 2)),
      Shape(channels: (128, 256), size: maps[1], stride: (2, 2)),
      Shape(channels: (256, 512), size: maps[2], stride: (2, 2)),
      Shape(channels: (64, 32), size: maps[0], kernel: 1),
      Shape(channels: (32, 64), size: maps[0], kernel: 1),
      Shape(channels: (128, 52), size: maps[0], kernel: 1),
      Shape(channels: (52, 128), size: maps[0], kernel: 1),
      Shape(channels: (256, 104), size: maps[1], kernel: 1),
      Shape(channels: (104, 256), size: maps[1], kernel: 1),
      Shape(channels: (512, 208), size: maps[2], kernel: 1),
      Shape(channels: (208, 512), size: maps[2], kernel: 1),
      Shape(channels: (1024, 416), size: maps[3], kernel: 1),
      Shape(channels: (416, 1024), size: maps[3], kernel: 1),
      Shape(channels: (64, 128), size: maps[0], kernel: 1, stride: (2, 2)),
      Shape(channels: (256, 512), size: maps[1], kernel: 1, stride: (2, 2)),
      Shape(channels: (320, 128), size: (1, 200), kernel: 5, stride: (1, 2)),
      Shape(channels: (128, 128), size: (1, 100), kernel: 1),
      Shape(channels: (512, 128), size: (1, 100), kernel: 1),
      Shape(channels: (512, 512), size: (1, 200), kernel: 1),
      Shape(channels: (1024, 1024), size: (1, 200), kernel: 1),
    ]

  static func run(workers: Int?) {
    let machine = Machine(workers: workers)
    print("GF/s of processor time, by windows | by columns: forward, input's gradient, weight's gradient;")
    print("and how far apart the two methods' results are, over the largest")
    for shape in shapes {
      let (best, apart) = measure(shape, machine)
      let texts = best.map { $0.map { pad(String(Int($0.rounded())), 5) }.joined() }
      print(
        pad("\(shape.channels.0)->\(shape.channels.1)", 11), "\(shape.size.0)x\(shape.size.1)",
        "k\(shape.kernel) s\(shape.stride.0)\(shape.stride.1):", texts.joined(separator: "  |"), " ",
        apart)
      fflush(nil)
    }
  }

  /// For each method the three figures.
  private static func measure(_ shape: Shape, _ machine: Machine, batch: Int = 16) -> ([[Double]], Float) {
    let geometry = shape.geometry
    let operations =
      2e-9 * Double(batch * geometry.outputs * shape.channels.0 * shape.channels.1 * geometry.taps)
    var best = [[Double]](repeating: [0, 0, 0], count: 2)
    var first: [Int: [Float]] = [:]
    var apart: Float = 0
    for _ in 0..<max(2, min(4, Int(16 / operations))) {
      for (index, method) in [ConvolutionMethod.windows, .columns].enumerated() {
        for (part, gradients) in [(false, false), (true, false), (false, true)].enumerated() {
          let tape = Tape<Numbers>(machine, training: true)
          let x = tape.make(
            batch: batch, positions: geometry.frequencies * geometry.frames, channels: shape.channels.0,
            requiresGradient: gradients.0)
          let weight = tape.make(
            batch: shape.channels.1, positions: 1, channels: shape.channels.0 * geometry.taps,
            requiresGradient: gradients.1)
          fill(x.value)
          fill(weight.value)
          let begun = processorSeconds()
          let z = tape.convolution2d(
            Map2d(x, frequencies: geometry.frequencies, frames: geometry.frames), weight: weight, geometry,
            by: method
          ).variable
          var took = processorSeconds() - begun
          if part > 0 {
            fill(z.claimGradient().rows)
            let begun = processorSeconds()
            tape.backward()
            took = processorSeconds() - begun
          }
          best[index][part] = max(best[index][part], operations / took)
          let result = (part == 0 ? z.value : part == 1 ? x.gradient : weight.gradient)?.elements ?? []
          if index == 0 {
            first[part] = result
          } else {
            apart = max(apart, distance(first[part] ?? [], result))
          }
        }
      }
    }
    return (best, apart)
  }

  private static func distance(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    let most = b.reduce(0) { max($0, abs($1)) }
    // What is no number is as far as can be.
    var apart: Float = 0
    for (x, y) in zip(a, b) { apart = (x - y).isNaN ? .infinity : max(apart, abs(x - y)) }
    return apart / most
  }

  private static func fill(_ rows: Rows<Float>) {
    for row in 0..<rows.rows {
      for column in 0..<rows.columns { rows[row, column] = Float((row * 7 + column * 3) % 11) - 5 }
    }
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
