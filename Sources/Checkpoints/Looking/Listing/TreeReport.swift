// SPDX-License-Identifier: Apache-2.0

/// A document by prefixes, with sizes: what `resect tree` prints.
public struct TreeReport: Codable, Sendable {
  /// A container, a dotted prefix of keys, a tensor or another leaf.
  public struct Item: Codable, Sendable {
    /// Its component of the path; `{1..3}` for siblings of one structure, which `parts` shows once.
    public var name: Text
    /// The whole path, of the first where there are `copies`.
    public var path: Text
    /// The Python type; absent for a dotted prefix, which is no object.
    public var type: String?
    /// How many siblings of one structure this stands for, where more than one.
    public var copies: Int?
    /// The copies have equal keys and data types, but not equal shapes.
    public var shapesDiffer: Bool?
    /// Tensors in it, over all copies.
    public var tensors: Int
    /// Their elements times item sizes, over all copies.
    public var bytes: Int
    /// Of a tensor: PyTorch's name without `torch.`.
    public var dtype: String?
    /// Of a tensor, outermost first; of the first where `shapesDiffer`.
    public var shape: [Int]?
    /// How a composite tensor is held: `sparse_coo`, `quantized_per_tensor`.
    public var layout: String?
    /// Of a leaf that is no tensor.
    public var value: JSONValue?
    /// Present where true: an object that this library gives no meaning to.
    public var opaque: Bool?
    /// What network the keys and shapes below belong to.
    public var network: String?
    /// In the file's order; absent for a leaf.
    public var parts: [Item]?
    /// Present where true: there are parts, below the depth that was asked for; or a value too long to show.
    public var isCut: Bool?
    /// How many parts, or items of `value`, follow that are not shown: a tree has room for thousands, not for millions.
    public var notShown: Int?
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// The path that was opened, as it was given.
  public var file: String
  /// As `Document.Format` calls it.
  public var format: String
  /// The document itself, its name empty.
  public var root: Item
  /// What of it is left out, a sentence each; absent where nothing is.
  public var notes: [String]?
}

extension Document {
  /// The deepest tree that is drawn.
  public static let largestTreeDepth = 64

  /// Sizes by prefix. Containers nest, keys of state dicts nest by their dots, and numbered siblings of one
  /// structure are shown once.
  ///
  /// - Parameter depth: how many levels to show below the root, at most `largestTreeDepth`.
  public func tree(depth: Int = largestTreeDepth) throws(CheckpointError) -> TreeReport {
    guard (0...Self.largestTreeDepth).contains(depth) else {
      throw CheckpointError(
        .wrongWords, "a depth of \(depth) is not between 0 and \(Self.largestTreeDepth)")
    }
    let arena = TreeArena(self)
    var networks: [Text: String] = [:]
    for branch in try Survey(self, layouts: .standard).branches {
      let path: Text = branch.path.isEmpty || branch.prefix.isEmpty ? branch.path : branch.path + "/"
      networks[path + branch.prefix.dropLast()] = branch.summary
    }
    var drawing = TreeDrawing(arena, self, networks: networks)
    var report = TreeReport(
      file: source?.file ?? "", format: (source?.format ?? .torch).rawValue, root: drawing.root(depth: depth))
    if arena.isCut { report.notes = ["containers that stand at many paths are not shown at all of them"] }
    return report
  }
}
