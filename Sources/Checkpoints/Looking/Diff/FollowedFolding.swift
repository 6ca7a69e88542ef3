// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A checkpoint made what `resect-train export` made of it, so that it can be held against the graph bit by bit: by the
/// passes that the graph's metadata names, in the columns that the graph takes, without what no graph has. And the graph
/// without what no checkpoint has.
struct FollowedFolding {
  private(set) var checkpoint: Document
  private(set) var graph: Document
  let passes: [any Pass]
  /// Tensors of the checkpoint that have become part of others.
  private(set) var folded: [Text] = []
  /// Counters of batches, which nothing that only embeds needs.
  private(set) var counters = 0

  /// Nil where the graph does not say how it was folded, or the checkpoint is not one state dict.
  ///
  /// - Throws: what the passes throw; `wrongWords` where they are others than `export` has.
  init?(_ checkpoint: Document, _ graph: Document) throws(CheckpointError) {
    var bare = graph
    guard let recipe = try? bare.takeFileMetadata()[GraphMetadata.folding],
      case .stateDict(let before) = checkpoint[checkpoint.root], case .stateDict(let state) = bare[bare.root]
    else { return nil }
    passes = try Self.passes(recipe)
    (self.checkpoint, self.graph) = (checkpoint, bare)
    try self.checkpoint.apply(passes)
    guard case .stateDict(let after) = self.checkpoint[checkpoint.root] else { return nil }
    folded = before.entries.keys.filter { after.entries[$0] == nil }
    cut(after, as: state.entries)
    try compare(state)
  }

  /// What a file says is not done for the asking: folding and casting alone.
  private static func passes(_ recipe: Text) throws(CheckpointError) -> [any Pass] {
    let passes = try Recipe(parsing: recipe.description + "\n").passes
    for pass in passes {
      switch pass {
      case let cast as Cast where cast.exceptions.isEmpty: continue
      case let fuse as Fuse where fuse.kind != .weightNorm: continue
      default: throw CheckpointError(.wrongWords, "`\(pass)` is no pass of `export`")
      }
    }
    return passes
  }

  /// Puts the columns of a parameter in its place where the graph has all of them, and leaves counters out.
  private mutating func cut(_ state: StateDict, as names: OrderedDictionary<Text, NodeID>) {
    let slices = Dictionary(grouping: names.keys.compactMap(ColumnSlice.init(name:)), by: \.key)
    var bare = StateDict(kind: state.kind, entries: [:])
    for (key, node) in state.entries {
      if names[key] == nil, case .tensor(let tensor) = checkpoint[node] {
        if key == "num_batches_tracked" || key.hasSuffix(".num_batches_tracked") {
          counters += 1
          continue
        }
        if let views = Self.views(slices[key] ?? [], of: tensor) {
          for (name, view) in views {
            // Of their own: what shares a storage is tied.
            let bytes = RowMajorBytes(checkpoint[view.storage].bytes, view)
            let storage = checkpoint.add(
              Storage(name: name, byteCount: bytes.byteCount, bytes: .computed(bytes)))
            bare.entries[name] = checkpoint.add(
              .tensor(TensorRecord(dtype: view.dtype, shape: view.shape, storage: storage)))
          }
          continue
        }
      }
      bare.entries[key] = node
    }
    checkpoint[checkpoint.root] = .stateDict(bare)
  }

  /// Nil where they are not all columns, each once.
  private static func views(_ slices: [ColumnSlice], of tensor: TensorRecord) -> [(Text, TensorRecord)]? {
    var views: [(Text, TensorRecord)] = []
    var end = 0
    for slice in slices.sorted(by: { $0.columns.lowerBound < $1.columns.lowerBound }) {
      guard slice.columns.lowerBound == end, let view = slice.view(of: tensor) else { return nil }
      end = slice.columns.upperBound
      views.append((slice.name, view))
    }
    return end > 0 && end == tensor.shape[1] ? views : nil
  }

  /// Leaves out constants that are what their names say, and puts the others in the checkpoint's order.
  private mutating func compare(_ state: StateDict) throws(CheckpointError) {
    guard case .stateDict(let order) = checkpoint[checkpoint.root] else { return }
    var bare = StateDict(kind: order.kind, entries: [:])
    for key in order.entries.keys { bare.entries[key] = state.entries[key] }
    for (key, node) in state.entries where bare.entries[key] == nil {
      if let constant = GraphConstant(name: key), case .tensor(let tensor) = graph[node],
        try isEqual(tensor, constant)
      {
        continue
      }
      bare.entries[key] = node
    }
    graph[graph.root] = .stateDict(bare)
  }

  private func isEqual(_ tensor: TensorRecord, _ constant: GraphConstant) throws(CheckpointError) -> Bool {
    guard tensor.dtype == constant.dtype, tensor.shape == constant.shape else { return false }
    return try TensorReader(graph, tensor).bytes() == constant.bytes
  }
}
