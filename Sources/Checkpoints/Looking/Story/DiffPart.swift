// SPDX-License-Identifier: Apache-2.0

/// A part of two checkpoints that are compared, in figures: a network's backbone, its head, the optimizer.
public struct DiffPart: Codable, Sendable {
  /// What a part is for.
  public enum Role: String, Codable, Sendable {
    /// A network that gives embeddings.
    case backbone
    /// What stands on a backbone while it is trained without labels.
    case head
    /// What stands on a backbone and has a row for each class.
    case classifier
    /// A state dict in which no parts are known.
    case model
    /// What `state_dict()` of an optimizer gives.
    case optimizer
    /// What lies beside all these.
    case other
  }

  /// A place in a part.
  public struct Place: Codable, Sendable {
    /// The tensor's path in `a`.
    public var path: Text
    /// Counted from 0, outermost dimension first.
    public var index: [Int]
  }

  /// Counts of tensors, and how far those went that changed.
  public struct Figures: Codable, Sendable {
    /// Tensors that either side has; a pair is one.
    public var tensors = 0
    /// Their elements; of a pair those of `a`.
    public var elements = 0
    /// Pairs that are bit-equal.
    public var equal = 0
    /// Pairs that are within the tolerance and not bit-equal.
    public var withinTolerance = 0
    /// Pairs of one data type and shape with other numbers.
    public var changed = 0
    /// Pairs of two data types and one shape.
    public var dtype = 0
    /// Pairs of two shapes.
    public var shape = 0
    /// Tensors that `a` alone has.
    public var removed = 0
    /// Tensors that `b` alone has.
    public var added = 0
    /// Tensors of `a` that could be several of `b`.
    public var ambiguous = 0
    /// Of the pairs: under two paths.
    public var renamed = 0
    /// Of the changed: batch norms' `running_mean`, `running_var` and `num_batches_tracked`.
    public var statistics = 0
    /// Elements that differ, where numbers are compared.
    public var differing = 0
    /// ||b - a|| / ||a|| over the elements, finite in both, of the weights that changed: tensors of real or complex
    /// floating point that are no statistics. Equal tensors are compared as bytes and in neither norm. Absent where there
    /// is no such number.
    public var change: Double?
    /// The largest |b - a| among them.
    public var maxAbs: Double?
    /// Where it is.
    public var largest: Place?
    /// Numbers that are NaN or infinite, in the pairs that changed.
    public var nonFinite = DiffPair(a: 0, b: 0)
  }

  /// Tensors of a part whose keys begin alike.
  public struct Block: Codable, Sendable {
    /// What their keys begin with, below the part: `blocks.0`.
    public var name: Text
    /// Over these tensors.
    public var figures: Figures
  }

  /// As sentences call it: `the student's backbone`.
  public var name: Text
  /// What it is for.
  public var role: Role
  /// The network that it belongs to, where there are several.
  public var network: Text?
  /// Over all its tensors.
  public var figures: Figures
  /// In the order of `a`; one, without a name, where keys do not divide it.
  public var blocks: [Block]
}
