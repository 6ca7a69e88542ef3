// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Puts weight = g * v / ||v|| in the place of every g and v, in either form, as
/// `torch.nn.utils.remove_weight_norm` and `torch.nn.utils.parametrize.remove_parametrizations` do.
struct WeightNormFusion {
  func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    // Tied pairs stay tied.
    var fused: [[TensorRecord]: StorageID] = [:]
    for site in try document.stateDictSites() {
      for form in [WeightNormPair.Form.attributes, .parametrization] {
        try fuse(form, at: site, &fused, &document, &report)
      }
    }
    guard !fused.isEmpty else {
      throw CheckpointError(
        .nothingMatched,
        "no keys are those of weight norm: `*_g` and `*_v`, or `parametrizations.*.original0` and `original1`",
        hint: "`resect ls FILE` shows the keys")
    }
    try report.noteOptimizers(of: document)
  }

  private func fuse(
    _ form: WeightNormPair.Form, at site: Document.StateDictSite, _ fused: inout [[TensorRecord]: StorageID],
    _ document: inout Document, _ report: inout PassReport
  ) throws(CheckpointError) {
    guard case .stateDict(var state) = document[site.node] else { return }
    let (pairs, others) = WeightNormPair.all(in: state, of: document, form)
    report.noteOtherPairs(others, at: site)
    guard !pairs.isEmpty else { return }
    var nodes: [Text: NodeID] = [:]
    var newKeys: [Text: Text] = [:]
    var directions: Set<Text> = []
    for pair in pairs {
      let keys = pair.keys(form)
      guard let gNode = state.entries[keys.magnitude], case .tensor(let g) = document[gNode],
        let vNode = state.entries[keys.direction], case .tensor(let v) = document[vNode]
      else { continue }
      guard state.entries[pair.weight] == nil else {
        throw CheckpointError(
          .collision, "there is such a key already, beside the g and v that would become it",
          at: .init(key: site.path(of: pair.weight)),
          hint: "drop one of the two: `drop \(ShellWords.safe(ValuePath.escape(pair.weight)))`")
      }
      let storage = fused[[g, v]] ?? document.add(Self.storage(pair, g, v, document))
      fused[[g, v]] = storage
      var weight = TensorRecord(dtype: v.dtype, shape: v.shape, storage: storage)
      weight.requiresGrad = v.requiresGrad
      weight.isParameter = v.isParameter
      nodes[pair.weight] = document.add(.tensor(weight))
      newKeys[keys.magnitude] = pair.weight
      directions.insert(keys.direction)
      for key in [keys.magnitude, keys.direction] {
        report.changes.append(
          .init(
            .replaced, from: site.path(of: key), to: site.path(of: pair.weight),
            detail: "\(pair.weight) = g * v / ||v||"))
      }
    }
    if form == .parametrization { state.entries = WeightNormForms.ordered(state.entries, pairs, form) }
    let result = try state.rekey(at: site, .mapped { $0 }) {
      directions.contains($0) ? nil : newKeys[$0] ?? $0
    }
    report.notes += result.notes
    for (key, node) in nodes { state.entries[key] = node }
    if form == .parametrization {
      state.metadata = state.metadata.map { WeightNormForms.removing(pairs, from: $0, state) }
    }
    document[site.node] = .stateDict(state)
  }

  private static func storage(
    _ pair: WeightNormPair, _ g: TensorRecord, _ v: TensorRecord, _ document: Document
  ) -> Storage {
    let dimension: Int? = if case .dimension(let index) = pair.kept { index } else { nil }
    let bytes = ScaledWeight(
      weight: TensorReader(document, v), dimension: dimension,
      factors: .weightNorm(magnitude: TensorReader(document, g)))
    return Storage(name: document[v.storage].name, byteCount: bytes.byteCount, bytes: .computed(bytes))
  }
}
