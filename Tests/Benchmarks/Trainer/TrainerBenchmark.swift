// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import Training

/// Training steps of ECAPA-TDNN per second: `swift run -c release benchmarks [workers] [case]`, or with `convolutions`
/// as the case, the speed of two-dimensional convolutions.
///
/// Run it on an idle machine, and say what else ran when a figure is quoted.
@main
struct TrainerBenchmark {
  typealias Numbers = NativeKernels<Float>

  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    let workers = words.first.flatMap { Int($0) }
    print("OpenBLAS core: \(BLAS.core)")
    if words.last == "convolutions" { return ConvolutionBenchmark.run(workers: workers) }
    for (name, channels, width, batch, frames, steps) in [
      ("tiny", [32, 32, 32, 32, 96], 16, 16, 200, 60),
      ("c512", [512, 512, 512, 512, 1536], 128, 16, 200, 7),
      ("c1024", [1024, 1024, 1024, 1024, 3072], 128, 16, 200, 5),
    ] where words.count < 2 || words.last == name {
      var configuration = ECAPAConfiguration()
      configuration.channels = channels
      configuration.attentionChannels = width
      configuration.squeezeChannels = width
      try time(name, configuration, workers: workers, batch: batch, frames: frames, steps: steps)
    }
  }

  private static func time(
    _ name: String, _ configuration: ECAPAConfiguration, workers: Int?, batch: Int, frames: Int, steps: Int
  ) throws {
    let source = FreshParameters(seed: 1)
    let network = try ECAPANetwork<Numbers>(configuration, front: .fbank, source: source)
    let classifier = try Classifier<Numbers>(
      .cosine, embedding: configuration.embedding, classes: 1000, source: source)
    let machine = Machine(workers: workers)
    let finetune = try Finetune(network, classifier, machine: machine)
    var random = KeyedRandom(seed: 2)
    let features = (0..<(batch * frames * configuration.inputs)).map { _ in Float(4 * random.uniform() - 2) }
    let labels = (0..<batch).map { $0 * 7 % 1000 }
    let clock = ContinuousClock()
    var times: [Double] = []
    var processor: [Double] = []
    for _ in 0..<steps {
      let before = processorSeconds()
      let took = try clock.measure {
        _ = try finetune.step(
          features: features, frames: frames, labels: labels, learningRate: 0.01, margin: 0.2)
      }
      times.append(took / .seconds(1))
      processor.append(processorSeconds() - before)
    }
    let median = times.sorted()[steps / 2]
    let (best, first, own) = (times.min() ?? 0, times[0], processor.sorted()[steps / 2])
    print(
      "\(name): \(Double(batch) / median) samples/s (median of \(steps)), best \(Double(batch) / best);",
      "\(Double(batch) / own) samples for each second of processor time;",
      "first step \(first) s, \(machine.workers.count) workers, arena \(machine.arena.peakBytes >> 20) MiB")
  }
}

/// Time that this process had on all processors: a figure that other load disturbs less.
func processorSeconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
