// SPDX-License-Identifier: Apache-2.0
public import Checkpoints

/// Speakers who are known by name: for each some reference embeddings of one model, and their mean. What
/// `resect-train enroll` writes.
public struct EnrolledSpeakers: Sendable, Equatable {
  /// A speaker whom a voice was held against.
  public struct Match: Sendable, Hashable {
    /// The speaker.
    public let name: String
    /// The cosine of the voice and the mean of the speaker's references, -1 to 1.
    public let similarity: Double
  }

  private var speakers: Speakers

  /// Nobody yet, for embeddings of a model. The threshold is the model's own, if it has one.
  public init(of model: SpeakerModel) {
    speakers = Speakers(model.origin, DecisionRule(model.threshold, model.threshold == nil ? nil : .model))
  }

  /// Reads what `write` or `resect-train enroll` wrote.
  ///
  /// - Throws: `unreadable` where there is no file; `corrupt` where it is no such file; `unsupported` for one of a later version.
  public init(contentsOf path: String) throws(CheckpointError) { speakers = try Speakers(path) }

  /// Writes a `.npz` file: `meta`, then for each speaker `mean/NAME` and `refs/NAME`, as `docs/training/enroll.md` has it.
  ///
  /// - Throws: `emptyResult` where nobody is enrolled; `wouldOverwrite` where the file exists and `replacing` is false; `unwritable`.
  public func write(to path: String, replacing: Bool = false) throws(CheckpointError) {
    try speakers.write(to: path, replacing: replacing)
  }

  /// The names in the order in which they were enrolled. Two are one where their bytes are.
  public var names: [String] { speakers.names.map(\.shown) }

  /// The SHA-256 of the model that made the embeddings, in hexadecimal digits.
  public var modelSHA256: String { speakers.origin.sha256.shown }

  /// A voice is a speaker's where its similarity is above this; nil where it is not known. -1 to 1.
  public var threshold: Double? {
    get { speakers.rule.threshold }
    set { (speakers.rule.threshold, speakers.rule.source) = (newValue, newValue == nil ? nil : .given) }
  }

  /// Adds a reference to a speaker, who is new where the name is.
  ///
  /// - Throws: `misfit` for the embedding of another model or of other features; `unrepresentable` for a name that is empty, has a slash or a
  ///   control character; `collision` for one that is another's with `.npy` behind it.
  public mutating func enroll(_ embedding: SpeakerEmbedding, as name: String) throws(CheckpointError) {
    try check(embedding)
    try speakers.add(embedding.values, to: Text(name))
  }

  /// A speaker's references as they were enrolled; none for a name that is not there.
  public func references(of name: String) -> [SpeakerEmbedding] {
    speakers.references(of: Text(name)).map { SpeakerEmbedding(values: $0, origin: speakers.origin) }
  }

  /// The mean of a speaker's references, each brought to unit length first; nil for a name that is not there.
  public func mean(of name: String) -> SpeakerEmbedding? {
    speakers.mean(of: Text(name)).map { SpeakerEmbedding(values: $0, origin: speakers.origin) }
  }

  /// Everybody, the likest first.
  ///
  /// - Throws: `misfit` for the embedding of another model or of other features.
  public func matches(_ embedding: SpeakerEmbedding) throws(CheckpointError) -> [Match] {
    try check(embedding)
    return speakers.matches(embedding.values).map { Match(name: $0.name.shown, similarity: $0.score) }
  }

  /// The likest, where the similarity is above the threshold; nil for nobody who is enrolled.
  ///
  /// - Throws: `ambiguous` where no threshold is known; `misfit` as `matches` does.
  public func identify(_ embedding: SpeakerEmbedding) throws(CheckpointError) -> Match? {
    let best = try matches(embedding).first
    guard let threshold else {
      throw CheckpointError(
        .ambiguous, "no threshold is known, so there is no verdict",
        hint: "set `threshold`, or enroll with `resect-train enroll --calibration FILE`")
    }
    return best.flatMap { $0.similarity > threshold ? $0 : nil }
  }

  private func check(_ embedding: SpeakerEmbedding) throws(CheckpointError) {
    guard embedding.origin == speakers.origin, speakers.size == 0 || embedding.values.count == speakers.size
    else {
      throw CheckpointError(
        .misfit, "another model or other features made the embedding than those of the speakers",
        hint: "embed with the `SpeakerModel` that enrolled them")
    }
  }
}
