// SPDX-License-Identifier: Apache-2.0

/// A checkpoint as values: an arena of nodes, a root, and the storages that its tensors view.
///
/// It is a value: passes change copies, and no tensor byte is read until a plan is written or a tensor is shown.
public struct Document: Sendable {
  /// Where a document came from.
  public struct Source: Sendable {
    /// The path that was opened, as it was given.
    public var file: String
    /// Told by the content, never by the file's name.
    public var format: Format
    /// Whether the order of the keys is the writer's. In a safetensors file it is the format's.
    public var isOrdered = true
    /// Whether the form has texts alone as keys, so that a number's key is the same as its text's.
    package var hasTextKeysAlone = false
    /// What reading made of it that a user should know, a sentence each.
    public var notes: [String] = []
  }

  /// The form of the file, or folder, on disk. Each is declared beside what reads it.
  public struct Format: Sendable, Hashable {
    /// The word that reports have for it.
    public let rawValue: String
    /// What such a file is counted in: "member".
    package let unit: String
    /// What agrees in a sound one, in a sentence; nil where that is members with the CRC-32 that is stated.
    package let agreement: String?
    /// The word of the format in which an edited document of it is written, where no suffix says otherwise.
    package let writtenAs: String
    /// Whether its tensors are constants of a graph, and no state dict of a network.
    package let holdsGraph: Bool

    package init(
      _ word: String, countedIn unit: String, agreement: String? = nil, writtenAs: String = "torch",
      holdsGraph: Bool = false
    ) {
      rawValue = word
      self.holdsGraph = holdsGraph
      self.writtenAs = writtenAs
      self.unit = unit
      self.agreement = agreement
    }
  }

  /// Nil for a document that was made, not read.
  public var source: Source?
  package var nodes: [Node]
  /// What `torch.load` would return.
  public var root: NodeID
  /// What tensors view, under the numbers that `TensorRecord.storage` has. Passes may leave some that no
  /// tensor views any more.
  public package(set) var storages: [Storage]

  package init(
    source: Source? = nil, nodes: [Node] = [.none], root: NodeID = NodeID(0), storages: [Storage] = []
  ) {
    self.source = source
    self.nodes = nodes
    self.root = root
    self.storages = storages
  }

  /// The node of an index that this document, or one that it was copied from, gave out.
  public package(set) subscript(id: NodeID) -> Node {
    get { nodes[Int(id.index)] }
    set { nodes[Int(id.index)] = newValue }
  }

  /// The storage of an index, likewise.
  public package(set) subscript(id: StorageID) -> Storage {
    get { storages[id.index] }
    set { storages[id.index] = newValue }
  }

  /// Adds a node and gives its index.
  package mutating func add(_ node: Node) -> NodeID {
    nodes.append(node)
    return NodeID(nodes.count - 1)
  }

  package mutating func add(_ storage: Storage) -> StorageID {
    storages.append(storage)
    return StorageID(storages.count - 1)
  }
}
