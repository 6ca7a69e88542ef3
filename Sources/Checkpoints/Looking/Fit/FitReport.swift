// SPDX-License-Identifier: Apache-2.0

/// Whether a state dict would load into a network, and what would make it: what `resect fit` prints.
public struct FitReport: Codable, Sendable {
  /// Passes that `resect edit` takes, and what would come of them: they were run on the document to find out.
  public struct Remedy: Codable, Sendable {
    /// Recipe lines, in order.
    public var passes: [String]
    /// The command line; where the passes are many it takes them from `recipe.txt`.
    public var command: String
    /// `load_state_dict(strict=True)` afterwards.
    public var loadsStrictly: Bool
    /// `load_state_dict(strict=False)` afterwards.
    public var loadsLoosely: Bool
    /// Keys of the network that get a value.
    public var loaded: Int
    /// Keys of the network that do not.
    public var missing: Int
    /// Keys that the network has not.
    public var unexpected: Int
    /// Keys of both in two shapes.
    public var misshapen: Int
    /// Tensors that go because the network has no place for them, under their names in the file.
    public var dropped: [Text]
  }

  /// Tensors that one key of the network could come from.
  public struct Doubt: Codable, Sendable {
    /// The network's.
    public var key: Text
    /// Tensors of the file, by their keys.
    public var candidates: [Text]
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The checkpoint.
  public var file: String
  /// The state dict that is compared; empty where it is the whole document.
  public var path: Text
  /// The key list: a file, or a network's name.
  public var to: String
  /// Which of its state dicts, where the list is a checkpoint; empty where it is the whole.
  public var toPath: Text
  /// How many tensors either side has.
  public var tensors: Int
  /// Keys of the network.
  public var wanted: Int
  /// It loads with `strict=True` as it is.
  public var fits: Bool
  /// Key by key, as it is.
  public var fit: KeyFit
  /// `load_state_dict(strict=True)` and `(strict=False)`, as it is.
  public var loadsStrictly: Bool
  /// Missing and unexpected keys are forgiven, shapes are not.
  public var loadsLoosely: Bool
  /// Absent where it fits, or nothing was found.
  public var remedy: Remedy?
  /// Several sets of passes that do equally well; none is chosen.
  public var alternatives: [[String]]?
  /// Keys for which no tensor is chosen, because several would do.
  public var doubts: [Doubt]?
}
