// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// An exported graph held against the network that it came from: both embed the same features, drawn by key.
package struct ExportCheck: Codable, Sendable {
  /// One length.
  package struct Length: Codable, Sendable {
    package var frames: Int
    /// |graph - network| / |network|, Euclidean.
    package var difference: Double
    package var cosine: Double
  }

  package var lengths: [Length]
  /// The most that a difference may be.
  package var bound: Double

  package var largest: Double { lengths.map(\.difference).max() ?? 0 }

  /// Whether every length is within the bound; of float16 weights the directions must agree too.
  private var isPassed: Bool {
    lengths.allSatisfy { $0.difference <= bound && $0.cosine >= 1 - bound * bound }
  }

  /// - Parameter file: the model as it was written.
  init(_ job: ExportJob, _ file: InputFile) throws(CheckpointError) {
    let network = try job.file.network(front: job.choice.front)
    let interpreter = try Interpreter(OperatorModel(file))
    let embedder = Embedder(network, workers: 1)
    bound = job.options.isHalf ? 5e-3 : 1e-4
    lengths = []
    for frames in Self.frames(job) {
      let features = Self.features(frames, network.inputs, job.choice.front)
      let wanted = try embedder.embed(features: features, frames: frames)
      let client = job.options.client
      let outputs = try interpreter.run([
        client.input: try GraphTensor([1, frames, network.inputs], features)
      ])
      guard let found = outputs[client.output]?.floats, found.count == wanted.count else {
        throw CheckpointError(.misfit, "the graph gives no embedding of \(network.embedding) values")
      }
      lengths.append(Length(frames, found.map(Double.init), wanted.map(Double.init)))
    }
    guard isPassed else {
      let figures = lengths.map { "\($0.difference) at \($0.frames) frames" }.joined(separator: ", ")
      throw CheckpointError(
        .misfit,
        "the graph does not give the network's embeddings: they differ by \(figures), of \(bound) at most",
        at: .init(file: job.file.path),
        hint: job.options.isHalf ? "leave `--half` out: float16 is too coarse for these weights" : nil)
    }
  }

  /// The shortest utterance, one longer than a segment of CAM++, and one of several segments.
  private static func frames(_ job: ExportJob) -> [Int] {
    job.options.frames.map { [$0] } ?? [job.shortestInput, 101, 201]
  }

  /// Values such as the front end gives.
  private static func features(_ frames: Int, _ bins: Int, _ front: FrontEnd) -> [Float] {
    var random = KeyedRandom(seed: 0, name: "export \(frames)")
    return (0..<frames * bins).map { _ in
      let value = 6 * random.uniform() - 3
      return Float(front.form == .mel ? value * value : value)
    }
  }
}

extension ExportCheck.Length {
  fileprivate init(_ frames: Int, _ found: [Double], _ wanted: [Double]) {
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let gap = zip(found, wanted).map { $0 - $1 }
    let norm = product(wanted, wanted).squareRoot()
    // No number is no agreement.
    let difference = product(gap, gap).squareRoot() / norm
    self.init(
      frames: frames, difference: difference.isNaN ? .infinity : difference,
      cosine: product(found, wanted) / (norm * product(found, found).squareRoot()))
  }
}
