// SPDX-License-Identifier: Apache-2.0

/// How two checkpoints differ: what `resect diff --json` prints.
public struct DiffReport: Codable, Sendable {
  /// One of the two files, and what was compared of it.
  public struct Side: Codable, Sendable {
    /// The path that was opened, as it was given.
    public var file: String
    /// As `Document.Format` calls it.
    public var format: String
    /// What was compared.
    public var tensors: Int
    /// Elements times item sizes of these tensors.
    public var bytes: Int
    /// The passes that were applied before comparing.
    public var passes: [String]
    /// The layout that gave the passes, where one did.
    public var layout: String?
    /// What these passes left out of the comparison.
    public var leftOut: [DroppedPart]
    /// Keys of tensors that these passes made part of others; absent where the other side is no graph that says so.
    public var folded: [Text]?
  }

  /// How many of each; those of pairs are over tensors that have a counterpart.
  public struct Counts: Codable, Sendable {
    /// Tensors that have a counterpart.
    public var paired = 0
    /// Equal in data type, shape and every bit of every element, whatever the strides.
    public var bitEqual = 0
    /// Not bit-equal, but within the tolerance.
    public var withinTolerance = 0
    /// Of the pairs: different in data type, shape or numbers.
    public var different = 0
    /// Of the different: in data type.
    public var dtype = 0
    /// Of the different: in shape, so that no numbers are compared.
    public var shape = 0
    /// Pairs under two paths, equal or not.
    public var moved = 0
    /// Tensors of `b` without a counterpart.
    public var added = 0
    /// Tensors of `a` without one.
    public var removed = 0
    /// Tensors of either side that could be several of the other.
    public var ambiguous = 0
    /// Groups in `Ties`, of both sides.
    public var ties = 0
    /// Leaves that are no tensors and differ, or that one side alone has.
    public var values = 0
    /// Absent where there are none.
    public var keys: Int?
  }

  /// A pair of tensors that are not equal, or equal within the tolerance alone.
  public struct Change: Codable, Sendable {
    /// The path in `a`.
    public var path: Text
    /// The path in `b`, where it is another.
    public var pathB: Text?
    /// PyTorch's names without `torch.`.
    public var dtype: Pair<String>
    /// Outermost first.
    public var shape: Pair<[Int]>
    /// ||a - b|| / max(||a||, ||b||) over the pairs that are finite; absent where there are no numbers.
    public var change: Double?
    /// Present where true.
    public var withinTolerance: Bool?
    /// Absent where the shapes differ.
    public var numbers: TensorDifference?
    /// The name of its part, one of `parts`.
    public var part: Text?
  }

  /// One thing on each side.
  public typealias Pair = DiffPair

  /// The same tensor under another path.
  public struct Moved: Codable, Sendable {
    /// The path in `a`.
    public var from: Text
    /// The path in `b`.
    public var to: Text
    /// `content`: the elements are equal and stand nowhere else; `prefix`: the paths follow a prefix that such pairs
    /// have in common.
    public var by: String
  }

  /// A change of prefix that pairs under two paths have in common.
  public struct Prefix: Codable, Sendable {
    /// What paths in `a` begin with.
    public var from: Text
    /// What they begin with in `b`.
    public var to: Text
    /// Pairs that follow it.
    public var tensors: Int
  }

  /// Tensors with equal content that no path tells apart.
  public struct Ambiguous: Codable, Sendable {
    /// The data type that all of them have.
    public var dtype: String
    /// The shape that all of them have.
    public var shape: [Int]
    /// Their paths in the first file.
    public var a: [Text]
    /// Their paths in the second.
    public var b: [Text]
  }

  /// A tensor that one file alone has.
  public struct Tensor: Codable, Sendable {
    /// Where it lies in that file.
    public var path: Text
    /// PyTorch's name without `torch.`.
    public var dtype: String
    /// Outermost first.
    public var shape: [Int]
    /// Elements times item size.
    public var bytes: Int
    /// The name of its part, one of `parts`.
    public var part: Text?
  }

  /// Paths (of `a`) that share a storage in one file, and not all of them and no others in the other.
  public struct Ties: Codable, Sendable {
    /// Groups of the first file that the second does not have.
    public var a: [[Text]] = []
    /// Groups of the second that the first does not have.
    public var b: [[Text]] = []
  }

  /// A leaf that is no tensor, as it is shown.
  public struct Value: Codable, Sendable {
    /// The Python type.
    public var type: String
    /// As `ls --json` has it; a long text is cut.
    public var value: JSONValue
  }

  /// A leaf that is no tensor; `a` is absent where it was added, `b` where it was removed.
  public struct ValueChange: Codable, Sendable {
    /// Of either side: such leaves are paired by path alone.
    public var path: Text
    /// Absent where `b` alone has it.
    public var a: Value?
    /// Absent where `a` alone has it.
    public var b: Value?
  }

  /// A key of a dict that prints alike in both files and is not the same, as Python's `repr`: `0` and `'0'`.
  public struct KeyChange: Codable, Sendable {
    /// The path that both have.
    public var path: Text
    /// The key in the first file.
    public var a: String
    /// The key in the second.
    public var b: String
  }

  /// A module: the tensors whose paths differ only in what follows the last dot.
  public struct Layer: Codable, Sendable {
    /// What the paths have in common, without the last dot.
    public var path: Text
    /// Pairs in it.
    public var tensors: Int
    /// Those of them that are not equal, nor within the tolerance.
    public var different: Int
    /// The largest `change` among them; absent where a difference has no numbers.
    public var change: Double?
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The first file.
  public var a: Side
  /// The second.
  public var b: Side
  /// No difference that counts: `resect diff` ends with 0. What is within the tolerance counts as equal.
  public var equal: Bool
  /// Absent where bits were compared.
  public var tolerance: DiffOptions.Tolerance?
  /// The figures of all that follows.
  public var counts = Counts()
  /// Largest change first.
  public var changed: [Change] = []
  /// In the order of `a`.
  public var moved: [Moved] = []
  /// Those that `moved` goes by.
  public var prefixes: [Prefix] = []
  /// Tensors that are counted neither as moved nor as added.
  public var ambiguous: [Ambiguous] = []
  /// In the order of `b`.
  public var added: [Tensor] = []
  /// In the order of `a`.
  public var removed: [Tensor] = []
  /// Which tensors are tied in one file alone.
  public var ties = Ties()
  /// In the order of `a`, then what `b` alone has.
  public var values: [ValueChange] = []
  /// Absent where there are none.
  public var keys: [KeyChange]?
  /// In the order of `a`.
  public var layers: [Layer] = []
  /// What happened, in sentences, the most telling first.
  public var summary: [DiffPhrase] = []
  /// Figures by part, the optimizer's last. Empty where nothing differs, unless `DiffOptions.listsParts`.
  public var parts: [DiffPart] = []
  /// What differs without counting as a difference.
  public var notes: [String] = []
}
