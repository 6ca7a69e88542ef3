// SPDX-License-Identifier: Apache-2.0
import Checkpoints

import Training

/// The sizes of a d-vector network.
struct DVectorConfiguration: NetworkSizes {
  var inputs = FrontEnd.bins
  var channels = 256
  var embedding: Int

  init(embedding: Int) { self.embedding = embedding }

  init?(_ backbone: Backbone) {
    embedding = backbone.embedding
    inputs = backbone.mels ?? inputs
    channels = backbone.size("channels")
  }

  var isSound: Bool { inputs > 0 && channels > 0 && embedding > 0 }

  func network<Numbers: Kernels>(
    _: Numbers.Type, front: FrontEnd, source: any ParameterSource
  ) throws(CheckpointError) -> any SpeakerNetwork<Numbers> {
    try DVectorNetwork<Numbers>(self, source: source)
  }
}

extension NetworkFamily {
  static let dVector = NetworkFamily(
    [.dVector], DVectorConfiguration.self,
    published: [
      PublishedNetwork("dvector", [256], "d-vector") { .init(DVectorConfiguration(embedding: $0)) }
    ])
}

/// A layer over each frame, mean and deviation over time, a layer over those.
final class DVectorNetwork<Numbers: Kernels>: SpeakerNetwork {
  typealias Real = Numbers.Real

  let configuration: DVectorConfiguration
  let registry = Registry<Real>()
  private let frame: PlainConvolution1d<Real>
  private let norm: BatchNorm<Real>
  private let last: Linear<Real>

  init(_ sizes: DVectorConfiguration, source: any ParameterSource) throws(CheckpointError) {
    guard sizes.isSound else {
      throw CheckpointError(.misfit, "these sizes do not make a d-vector network: \(sizes)")
    }
    configuration = sizes
    let scope = Scope(registry, source: source)
    frame = try PlainConvolution1d(
      scope["frame"], inputs: sizes.inputs, outputs: sizes.channels, hasBias: false)
    norm = try BatchNorm(scope["frame_bn"], channels: sizes.channels)
    last = try Linear(scope["embedding"], inputs: 2 * sizes.channels, outputs: sizes.embedding)
  }

  func forward(_ tape: Tape<Numbers>, _ features: Variable<Real>) -> Variable<Real> {
    let frames = tape.normalise(frame(tape, features), norm, then: .relu)
    return last(tape, tape.statistics(frames))
  }
}

extension DVectorNetwork {
  var front: FrontEnd { .fbank }
  var inputs: Int { configuration.inputs }
  var embedding: Int { configuration.embedding }
  var shortestInput: Int { 1 }
}
