// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Folds every batch norm that is known to come right after a layer into that layer, as
/// `torch.nn.utils.fusion.fuse_conv_bn_eval` does. The others stay.
struct BatchNormFusion {
  var eps: Double

  func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    var unknown: [Document.StateDictSite] = []
    var isMatched = false
    for site in try document.stateDictSites() {
      guard case .stateDict(let state) = document[site.node], Self.normCount(state) > 0 else { continue }
      guard let known = NormOrder(state, in: document) else {
        unknown.append(site)
        continue
      }
      switch known.order {
      case .never(let reason):
        throw CheckpointError(
          .contradiction,
          "\(site.name) is \(known.network): \(reason), so that folding it back would change what is computed",
          hint: "leave it as it is; a runtime can fold such a norm forward, into the next layer")
      case .known(let rules):
        let pairs = try NormPair.all(rules, under: known.prefix, in: state, of: document, at: site)
        guard !pairs.isEmpty else { continue }
        isMatched = true
        try fuse(pairs, in: state, at: site, &document, &report)
      }
    }
    guard isMatched else { throw nothing(unknown) }
    for site in unknown {
      report.notes.append("\(site.name) is no architecture that is known, and was left alone")
    }
    try report.noteOptimizers(of: document)
  }

  private static func normCount(_ state: StateDict) -> Int {
    state.entries.keys.count { $0.hasSuffix(".running_var") || $0 == "running_var" }
  }

  private func nothing(_ unknown: [Document.StateDictSite]) -> CheckpointError {
    guard let site = unknown.first else {
      return CheckpointError(
        .nothingMatched, "there is no batch norm with statistics right after a layer",
        hint: "`resect ls FILE '**.running_var'` shows those that there are")
    }
    return CheckpointError(
      .unknownLayout,
      "\(site.name) is no architecture that is known: a checkpoint does not tell what is computed between a layer "
        + "and a batch norm",
      hint:
        "`docs/passes/fuse.md` lists what is known; `take` and `under` bring a network out of its container")
  }

  private func fuse(
    _ pairs: [NormPair], in old: StateDict, at site: Document.StateDictSite, _ document: inout Document,
    _ report: inout PassReport
  ) throws(CheckpointError) {
    var state = old
    var nodes: [Text: NodeID] = [:]
    var gone: Set<Text> = []
    for pair in pairs {
      let (weight, bias) = (pair.layer + ".weight", pair.layer + ".bias")
      (nodes[weight], nodes[bias]) = fused(pair, &document)
      let detail = "with the batch norm `\(pair.norm)`"
      report.changes.append(
        .init(.replaced, from: site.path(of: weight), to: site.path(of: weight), detail: detail))
      report.changes.append(
        .init(
          pair.bias == nil ? .added : .replaced, from: site.path(of: bias), to: site.path(of: bias),
          detail: detail))
      for key in pair.normKeys where old.entries[key] != nil {
        gone.insert(key)
        report.changes.append(
          .init(.dropped, from: site.path(of: key), detail: "now part of `\(pair.layer)`"))
      }
    }
    let norms = Set(pairs.map(\.norm))
    let result = try state.rekey(at: site, .mapped { norms.contains($0) ? nil : $0 }) {
      gone.contains($0) ? nil : $0
    }
    report.notes += result.notes
    let layers = Dictionary(uniqueKeysWithValues: pairs.map { ($0.layer + ".weight", $0.layer + ".bias") })
    var entries: OrderedDictionary<Text, NodeID> = [:]
    for (key, node) in state.entries {
      entries[key] = nodes[key] ?? node
      // A bias comes right after its weight, as PyTorch registers them.
      if let bias = layers[key], state.entries[bias] == nil { entries[bias] = nodes[bias] }
    }
    state.entries = entries
    document[site.node] = .stateDict(state)
    let left = Self.normCount(state)
    if left > 0 {
      report.notes.append(
        "\(left) batch norm\(left == 1 ? " stays" : "s stay"): no layer comes right before, or none that is known"
      )
    }
  }

  private func fused(_ pair: NormPair, _ document: inout Document) -> (weight: NodeID, bias: NodeID) {
    func reader(_ record: TensorRecord) -> TensorReader { TensorReader(document, record) }
    let norm = FoldedNorm(
      mean: reader(pair.mean), variance: reader(pair.variance), scale: pair.scale.map(reader),
      shift: pair.shift.map(reader), eps: eps)
    let weight = ScaledWeight(weight: reader(pair.weight), dimension: 0, factors: .batchNorm(norm))
    // As PyTorch has it: the layer's own bias type, or that of its weight.
    let bias = FoldedBias(
      norm: norm, bias: pair.bias.map(reader), dtype: pair.bias?.dtype ?? pair.weight.dtype)
    return (
      add(weight, pair.weight, like: pair.weight, &document),
      add(bias, pair.mean, like: pair.bias ?? pair.weight, &document)
    )
  }

  /// A tensor of computed bytes: the shape of one, the data type and flags of another.
  private func add(
    _ bytes: some ComputedBytes, _ shape: TensorRecord, like record: TensorRecord, _ document: inout Document
  ) -> NodeID {
    let name = document[record.storage].name
    let storage = document.add(Storage(name: name, byteCount: bytes.byteCount, bytes: .computed(bytes)))
    return document.add(
      .tensor(
        TensorRecord(
          dtype: record.dtype, shape: shape.shape, storage: storage, requiresGrad: record.requiresGrad,
          isParameter: record.isParameter)))
  }
}
