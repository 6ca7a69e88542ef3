// SPDX-License-Identifier: Apache-2.0

/// What a patch says beside the tensors that it holds: where each byte of the original's storages is found.
struct RemovalTable: Sendable {
  /// Where a tensor's elements lie in what is put back.
  struct Place: Hashable, Sendable {
    /// The number of the storage.
    var storage: Int
    /// The first byte.
    var start: Int
    /// The tensor's dimensions as they lie in memory, from the outermost inwards.
    var order: [Int]
  }

  /// A tensor of the result.
  struct Given: Sendable {
    var path: Text
    var dtype: DType
    var shape: [Int]
    /// Over the elements, as `ls --hash` has it, in hexadecimal.
    var sha256: Text
    /// Nil where its bytes are not the original's.
    var place: Place?
  }

  /// A tensor of the patch.
  struct Held: Sendable {
    /// In the patch.
    var path: Text
    var place: Place
  }

  /// The passes that made the result of the original, a line each.
  var recipe: [Text] = []
  /// How many bytes each storage has.
  var storages: [Int] = []
  /// Every tensor of the result.
  var given: [Given] = []
  /// What of the storages the result does not have.
  var held: [Held] = []
}

extension RemovalTable {
  /// The keys of a patch, which is a dict.
  enum Key {
    static let format: Text = "format"
    static let version: Text = "version"
    static let recipe: Text = "recipe"
    static let storages: Text = "storages"
    static let given: Text = "result"
    static let held: Text = "places"
    /// Tensors and plain values that went or were changed, in dicts by the paths that they had.
    static let removed: Text = "removed"
    /// Bytes between and behind tensors, of views with gaps, and of tensors without a path.
    static let rest: Text = "rest"
    /// The original as a pickle of PyTorch, whose storages are numbered: a tensor of bytes.
    static let structure: Text = "structure"
  }

  /// What stands under `format`.
  static let format: Text = "resect-removed"
  /// Rises when a key goes or changes its meaning.
  static let version = 1
}
