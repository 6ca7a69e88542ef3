// SPDX-License-Identifier: Apache-2.0

/// What a `CKPT-*` folder of 3D-Speaker needs beyond the backbone.
public struct ThreeDSpeakerOptions: Sendable {
  /// Which of upstream's classifiers: its keys, and how it is drawn.
  public enum ClassifierForm: String, Sendable, CaseIterable {
    /// `weight [classes, embedding]`: upstream's speaker-verification recipes.
    case cosine
    /// `linear.weight`, `linear.bias`: upstream's language-identification recipes.
    case linear
  }

  /// Where `classifier.ckpt` comes from.
  public enum Classifier: Sendable {
    /// Drawn anew, as upstream initialises it: the cosine form by `xavier_uniform_`, the linear form as `nn.Linear`.
    case fresh(ClassifierForm, rows: Int, seed: UInt64)
    /// Another checkpoint: a bare classifier, or a folder with one.
    case document(Document)
  }

  /// What upstream counts on from; nil keeps that of the document, or is 0.
  public var epoch: Int?
  /// Upstream recovers the newest by this; nil keeps that of the document, or is 0.
  public var unixtime: Double?
  /// Nil keeps that of the document.
  public var classifier: Classifier?
  /// How the folder will be called, if that is known: upstream looks at `CKPT*` alone.
  public var folderName: String?

  /// Nil keeps what the document has: a folder of 3D-Speaker that was read has all of it.
  public init(
    epoch: Int? = nil, unixtime: Double? = nil, classifier: Classifier? = nil, folderName: String? = nil
  ) {
    self.epoch = epoch
    self.unixtime = unixtime
    self.classifier = classifier
    self.folderName = folderName
  }
}
