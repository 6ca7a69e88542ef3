// SPDX-License-Identifier: Apache-2.0

/// How two checkpoints differ: what `resect diff --json` prints.
public struct DiffReport: Codable, Sendable {
  /// One of the two files, and what was compared of it.
  public struct Side: Codable, Sendable {
    public var file: String
    public var format: String
    /// What was compared.
    public var tensors: Int
    public var bytes: Int
    /// The passes that were applied before comparing.
    public var passes: [String]
    /// The layout that gave the passes, where one did.
    public var layout: String?
    /// What these passes left out of the comparison.
    public var leftOut: [DroppedPart]
  }

  public struct Counts: Codable, Sendable {
    /// Tensors that have a counterpart.
    public var paired = 0
    public var bitEqual = 0
    /// Not bit-equal, but within the tolerance.
    public var withinTolerance = 0
    /// Of the pairs: different in data type, shape or numbers.
    public var different = 0
    public var dtype = 0
    public var shape = 0
    public var moved = 0
    public var added = 0
    public var removed = 0
    /// Tensors of either side that could be several of the other.
    public var ambiguous = 0
    public var ties = 0
    public var values = 0
    /// Absent where there are none.
    public var keys: Int?
  }

  /// A pair of tensors that are not equal, or equal within the tolerance alone.
  public struct Change: Codable, Sendable {
    public var path: Text
    /// The path in `b`, where it is another.
    public var pathB: Text?
    public var dtype: Pair<String>
    public var shape: Pair<[Int]>
    /// ||a - b|| / max(||a||, ||b||) over the pairs that are finite; absent where there are no numbers.
    public var change: Double?
    /// Present where true.
    public var withinTolerance: Bool?
    /// Absent where the shapes differ.
    public var numbers: TensorDifference?
  }

  /// One thing on each side.
  public struct Pair<Element: Codable & Sendable & Equatable>: Codable, Sendable {
    public var a: Element
    public var b: Element
    public var isEqual: Bool { a == b }
  }

  /// The same tensor under another path.
  public struct Moved: Codable, Sendable {
    public var from: Text
    public var to: Text
    /// `content`: the elements are equal and stand nowhere else; `prefix`: the paths follow a prefix that such pairs
    /// have in common.
    public var by: String
  }

  public struct Prefix: Codable, Sendable {
    public var from: Text
    public var to: Text
    public var tensors: Int
  }

  /// Tensors with equal content that no path tells apart.
  public struct Ambiguous: Codable, Sendable {
    public var dtype: String
    public var shape: [Int]
    public var a: [Text]
    public var b: [Text]
  }

  public struct Tensor: Codable, Sendable {
    public var path: Text
    public var dtype: String
    public var shape: [Int]
    public var bytes: Int
  }

  /// Paths (of `a`) that share a storage in one file, and not all of them and no others in the other.
  public struct Ties: Codable, Sendable {
    public var a: [[Text]] = []
    public var b: [[Text]] = []
  }

  public struct Value: Codable, Sendable {
    public var type: String
    public var value: JSONValue
  }

  /// A leaf that is no tensor; `a` is absent where it was added, `b` where it was removed.
  public struct ValueChange: Codable, Sendable {
    public var path: Text
    public var a: Value?
    public var b: Value?
  }

  /// A key of a dict that prints alike in both files and is not the same, as Python's `repr`: `0` and `'0'`.
  public struct KeyChange: Codable, Sendable {
    public var path: Text
    public var a: String
    public var b: String
  }

  /// A module: the tensors whose paths differ only in what follows the last dot.
  public struct Layer: Codable, Sendable {
    public var path: Text
    public var tensors: Int
    public var different: Int
    /// The largest `change` among them; absent where a difference has no numbers.
    public var change: Double?
  }

  public var schema = 1
  public var a: Side
  public var b: Side
  public var equal: Bool
  public var tolerance: DiffOptions.Tolerance?
  public var counts = Counts()
  /// Largest change first.
  public var changed: [Change] = []
  public var moved: [Moved] = []
  public var prefixes: [Prefix] = []
  public var ambiguous: [Ambiguous] = []
  public var added: [Tensor] = []
  public var removed: [Tensor] = []
  public var ties = Ties()
  public var values: [ValueChange] = []
  /// Absent where there are none.
  public var keys: [KeyChange]?
  /// In the order of `a`.
  public var layers: [Layer] = []
  /// What differs without counting as a difference.
  public var notes: [String] = []
}
