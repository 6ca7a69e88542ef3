// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc
import Training

/// One backbone of 3D-Speaker's recipes, trained or run: `benchmarks train|infer BACKBONE [--batch N] [--frames N]
/// [--steps N] [--workers N]`. A line of JSON a step: `{"seconds": ...}`; then the peak of resident memory.
///
/// `trainer.py` runs it in turns with PyTorch and draws the table.
enum BackboneBenchmark {
  typealias Numbers = FastKernels

  static let backbones: [(name: String, configuration: NetworkConfiguration)] = [
    ("ecapa-1024", .ecapaTDNN(ecapa(1024))),
    ("ecapa-512", .ecapaTDNN(ecapa(512))),
    ("campplus", .camPlusPlus(.init(embedding: 512))),
    ("eres2net-base", .res2Net(.base(embedding: 192))),
    ("eres2net-large", .res2Net(.large(embedding: 192))),
    ("eres2net-huge", .res2Net(.huge(embedding: 192))),
    ("eres2netv2", .res2Net(.v2(embedding: 192))),
    ("eres2netv2-w24s4ep4", .res2Net(.v2Wide(embedding: 192))),
    ("resnet34", .resNet34(.init(embedding: 192))),
    ("res2net", .res2Net(.res2Net(embedding: 192))),
    ("xvector", .xvector(.init(embedding: 512))),
  ]

  /// What is measured of which backbone.
  private struct Case {
    var trains: Bool
    var configuration: NetworkConfiguration
    var sizes = ["--batch": 16, "--frames": 200, "--steps": 5, "--workers": 2]
    var batch: Int { sizes["--batch"] ?? 0 }
    var frames: Int { sizes["--frames"] ?? 0 }

    /// - Throws: `wrongWords`.
    init(_ words: [String]) throws(CheckpointError) {
      let names = BackboneBenchmark.backbones.map(\.name)
      guard words.count % 2 == 0, words.count >= 2, ["train", "infer"].contains(words[0]),
        let known = BackboneBenchmark.backbones.first(where: { $0.name == words[1] })
      else {
        throw CheckpointError(
          .wrongWords, "train|infer BACKBONE, then sizes", hint: names.joined(separator: ", "))
      }
      trains = words[0] == "train"
      configuration = known.configuration
      for index in stride(from: 2, to: words.count, by: 2) {
        guard sizes[words[index]] != nil, let size = Int(words[index + 1]), size > 0 else {
          throw CheckpointError(.wrongWords, "`\(words[index]) \(words[index + 1])` is no size")
        }
        sizes[words[index]] = size
      }
    }
  }

  /// Ends the process with 2 where the words are wrong.
  static func run(_ words: [String]) {
    do throws(CheckpointError) {
      try measure(words)
    } catch {
      print(error)
      exit(2)
    }
  }

  private static func measure(_ words: [String]) throws(CheckpointError) {
    let measured = try Case(words)
    let source = FreshParameters(seed: 1)
    let network = try measured.configuration.network(Numbers.self, front: .fbank, source: source)
    var random = KeyedRandom(seed: 2)
    let features = (0..<(measured.batch * measured.frames * network.inputs))
      .map { _ in Float(4 * random.uniform() - 2) }
    try measured.trains ? train(network, measured, features) : infer(network, measured, features)
    print("{\"peakBytes\": \(peakBytes())}")
  }

  /// Forward, additive angular margin over 1000 classes, backward, SGD with Nesterov's momentum.
  private static func train(
    _ network: any SpeakerNetwork<Numbers>, _ measured: Case, _ features: [Float]
  ) throws(CheckpointError) {
    let classifier = try Classifier<Numbers>(
      .cosine, embedding: network.embedding, classes: 1000, source: FreshParameters(seed: 3))
    let finetune = try Finetune(network, classifier, machine: Machine(workers: measured.sizes["--workers"]))
    let labels = (0..<measured.batch).map { $0 * 7 % 1000 }
    try repeated(measured) { () throws(CheckpointError) in
      _ = try finetune.step(
        features: features, frames: measured.frames, labels: labels, learningRate: 0.01, margin: 0.2)
    }
  }

  /// Embeddings in evaluation mode, without a tape.
  private static func infer(
    _ network: any SpeakerNetwork<Numbers>, _ measured: Case, _ features: [Float]
  ) throws(CheckpointError) {
    let embedder = Embedder(network, workers: measured.sizes["--workers"])
    let size = measured.frames * network.inputs
    let utterances = (0..<measured.batch).map { Array(features[($0 * size)..<(($0 + 1) * size)]) }
    try repeated(measured) { () throws(CheckpointError) in _ = try embedder.embed(utterances) }
  }

  private static func repeated(
    _ measured: Case, _ body: () throws(CheckpointError) -> Void
  ) throws(CheckpointError) {
    for _ in 0..<(measured.sizes["--steps"] ?? 0) {
      let start = ContinuousClock.now
      try body()
      print("{\"seconds\": \((ContinuousClock.now - start) / .seconds(1))}")
    }
  }

  private static func ecapa(_ channels: Int) -> ECAPAConfiguration {
    var configuration = ECAPAConfiguration()
    configuration.channels = [channels, channels, channels, channels, 3 * channels]
    configuration.embedding = 192
    return configuration
  }

  /// The most resident memory that this process has had: VmHWM. (`getrusage` would count the parent's too.)
  private static func peakBytes() -> Int {
    guard let file = unsafe fopen("/proc/self/status", "r") else { return 0 }
    defer { unsafe fclose(file) }
    var peak = 0
    var line = [CChar](repeating: 0, count: 256)
    while unsafe fgets(&line, 256, file) != nil {
      let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split { $0 == " " || $0 == "\t" }
      if words.first == "VmHWM:", words.count > 1, let kilobytes = Int(words[1]) { peak = kilobytes << 10 }
    }
    return peak
  }
}
