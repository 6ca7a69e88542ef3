// SPDX-License-Identifier: Apache-2.0

/// Whether a state dict would load into a network, and what would make it: what `resect fit` prints.
public struct FitReport: Codable, Sendable {
  /// Passes that `resect edit` takes, and what would come of them: they were run on the document to find out.
  public struct Remedy: Codable, Sendable {
    public var passes: [String]
    /// The command line; where the passes are many it takes them from `recipe.txt`.
    public var command: String
    public var loadsStrictly: Bool
    public var loadsLoosely: Bool
    public var loaded: Int
    public var missing: Int
    public var unexpected: Int
    public var misshapen: Int
    /// Tensors that go because the network has no place for them, under their names in the file.
    public var dropped: [Text]
  }

  /// Tensors that one key of the network could come from.
  public struct Doubt: Codable, Sendable {
    public var key: Text
    public var candidates: [Text]
  }

  public var schema = 1
  public var file: String
  /// The state dict that is compared; empty where it is the whole document.
  public var path: Text
  /// The key list: a file, or a network's name.
  public var to: String
  public var toPath: Text
  /// How many tensors either side has.
  public var tensors: Int
  public var wanted: Int
  /// It loads with `strict=True` as it is.
  public var fits: Bool
  public var fit: KeyFit
  /// `load_state_dict(strict=True)` and `(strict=False)`, as it is.
  public var loadsStrictly: Bool
  public var loadsLoosely: Bool
  public var remedy: Remedy?
  /// Several sets of passes that do equally well; none is chosen.
  public var alternatives: [[String]]?
  /// Keys for which no tensor is chosen, because several would do.
  public var doubts: [Doubt]?
}
