// SPDX-License-Identifier: Apache-2.0
public import Checkpoints

/// A network that makes a vector of a voice, opened: a bare backbone, a checkpoint's or an experiment's folder, or an ONNX
/// model.
///
/// It is used by one thread at a time; an app that wants several opens several. Errors are `CheckpointError`, of the
/// library `Checkpoints`: what was wrong, where, and what to try.
public final class SpeakerModel {
  /// How features are made of a recording before they are fed to the network: 80 values a frame, a frame each 10 ms.
  public enum Features: String, Sendable, CaseIterable {
    /// Power mels: RDINO and SDPN, the self-supervised networks.
    case mel
    /// Kaldi's log filter banks: the supervised networks of 3D-Speaker.
    case fbank
    /// The same as sherpa-onnx computes them.
    case fbankSherpa = "fbank-sherpa"
  }

  /// The file that was read: of a folder, its weights.
  public let path: String
  /// What the network is fed.
  public let features: Features
  /// The SHA-256 of the file, in 64 hexadecimal digits: what embeddings of one model are told by. Of a model in several files,
  /// that of their digests.
  public let sha256: String
  /// Two recordings are of one speaker where their similarity is above it: what an exported model says, where it holds for these
  /// features; nil where the model says nothing.
  public let threshold: Double?

  let origin: Speakers.Origin
  private let model: EmbeddingModel
  private let extractor: FeatureExtractor
  private let network: EmbeddingModel.Embed

  /// Opens a model and reads its weights.
  ///
  /// - Parameters:
  ///   - path: a backbone's file or folder, or an ONNX model.
  ///   - features: what it is fed; nil where the file tells.
  /// - Throws: `unreadable` where there is nothing; `misfit` for a file that is no backbone, or not a whole one; `ambiguous` where the file
  ///   does not tell its features and `features` is nil; `contradiction` where it tells others.
  public init(_ path: String, features: Features? = nil) throws(CheckpointError) {
    let asked = features.flatMap { FrontEnd(rawValue: $0.rawValue) }
    model = try EmbeddingModel(path, asked: asked)
    origin = try model.origin()
    extractor = FeatureExtractor(model.front)
    network = model.embedding(threads: 1)
    self.path = model.path
    self.features =
      switch model.front {
      case .mel: .mel
      case .fbank: .fbank
      case .fbankSherpa: .fbankSherpa
      }
    sha256 = origin.sha256.shown
    threshold = model.rule.threshold
  }

  /// The embedding of a recording in memory. It depends on nothing else that was embedded.
  ///
  /// - Parameters:
  ///   - samples: one channel, in [-1, 1].
  ///   - sampleRate: samples a second, 1,000 to 768,000; any other than 16,000 is resampled.
  /// - Throws: `misfit` for a recording that is too short for the network, and for a sample that is not a finite number;
  ///   `unsupported` for another rate, and for samples that give no frame.
  public func embed(_ samples: [Float], sampleRate: Int) throws(CheckpointError) -> SpeakerEmbedding {
    if let bad = samples.firstIndex(where: { !$0.isFinite }) {
      throw CheckpointError(.misfit, "sample \(bad) is not a finite number")
    }
    let wave = Waveform(samples: samples, sampleRate: sampleRate)
    return try embed(extractor(try Resampler.resample(wave, to: Waveform.modelRate).samples))
  }

  /// The embedding of an audio file, its first channel whole, or of a `.npy` file of features (frames x 80, float32).
  ///
  /// - Throws: `unreadable` where there is no file; `unsupported` for a form that is not known; `corrupt` for a broken one; `misfit` for a
  ///   recording that is too short for the network.
  public func embed(file path: String) throws(CheckpointError) -> SpeakerEmbedding {
    do throws(CheckpointError) {
      return try embed(Utterance.features(of: path, extractor))
    } catch { throw error.at(file: path) }
  }

  private func embed(_ features: FeatureMatrix) throws(CheckpointError) -> SpeakerEmbedding {
    try model.check(frames: features.frames)
    guard let values = try network([features.values]).first, values.contains(where: { $0 != 0 }),
      values.allSatisfy(\.isFinite)
    else { throw CheckpointError(.misfit, "the network gives no vector of a length for it") }
    return SpeakerEmbedding(values: values, origin: origin)
  }

  /// Why a recording cannot stand for a voice (it is silent, has under a second of sound, or is clipped), with the figure
  /// and its limit; nil where it can. `enroll` refuses such recordings, and an app should.
  ///
  /// - Parameters:
  ///   - samples: one channel, in [-1, 1], as it was recorded.
  ///   - sampleRate: samples a second.
  public func fault(of samples: [Float], sampleRate: Int) -> String? {
    guard !samples.isEmpty, sampleRate > 0 else { return "it has no samples" }
    return RecordingFigures(Waveform(samples: samples, sampleRate: sampleRate))
      .fault(needed: model.shortestDuration)
  }
}
