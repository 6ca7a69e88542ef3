// SPDX-License-Identifier: Apache-2.0
public import OrderedCollections

/// What a network wants to load: the keys of its `state_dict()` in order, each with the shape that it must have.
public struct KeySpec: Sendable {
  /// What one key must be.
  public struct Entry: Sendable, Hashable {
    /// Nil for `_extra_state`, which may be any value.
    public var shape: [Int]?
    /// PyTorch's name without `torch.`; nil where the list does not say.
    public var dtype: String?

    /// - Parameter dtype: for a note alone: data types are converted when they are loaded.
    public init(shape: [Int]?, dtype: String? = nil) {
      self.shape = shape
      self.dtype = dtype
    }
  }

  /// The file, or the network's name.
  public var name: String
  /// The path of the state dict in it; empty where it is the whole.
  public var path: Text
  /// In the order of the network.
  public var entries: OrderedDictionary<Text, Entry>

  /// A list that was made, not read.
  public init(name: String, path: Text = "", entries: OrderedDictionary<Text, Entry>) {
    self.name = name
    self.path = path
    self.entries = entries
  }
}

extension KeySpec {
  /// One of several lists: the one at `path`; without a path the one that is the whole, or the only one.
  ///
  /// - Throws: `nothingMatched` where none has that path, `ambiguous` with their paths where there are several.
  static func choose(_ lists: [KeySpec], path: Text?, name: String) throws(CheckpointError) -> KeySpec {
    let paths = lists.map(\.path)
    guard let first = lists.first else {
      throw CheckpointError(
        .nothingMatched, "it holds no state dict to compare with", at: .init(file: name),
        hint: "`resect tree \(ShellWords.safe(Text(name)))` shows what it holds")
    }
    if let path {
      if let list = lists.first(where: { $0.path == path }) { return list }
      let near = Nearest.match(path, among: paths) ?? first.path
      throw CheckpointError(
        .nothingMatched,
        "there is no state dict at `\(path)`; there is one at \(Prose.list(paths.map(named)))",
        at: .init(file: name),
        hint: near.isEmpty ? "leave `--to-path` out" : "`--to-path \(ShellWords.safe(near))`")
    }
    if let whole = lists.first(where: { $0.path.isEmpty }) { return whole }
    guard lists.count == 1 else {
      throw CheckpointError(
        .ambiguous, "it holds \(lists.count) state dicts: \(Prose.list(paths))", at: .init(file: name),
        hint: "`--to-path \(ShellWords.safe(first.path))`")
    }
    return first
  }

  private static func named(_ path: Text) -> Text { path.isEmpty ? "the top" : path }
}
