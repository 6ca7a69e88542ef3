// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A state dict that is a backbone and nothing else, as loaders want it that are strict about keys.
///
/// Numbers are cast as they are loaded: any floating point type that PyTorch computes with will do.
struct LoadableBackbone {
  let backbone: Backbone

  /// - Parameter project: who is to load it, for errors.
  /// - Throws: `unrepresentable` for anything but a whole backbone of plain tensors; where it cannot be told what the
  ///   document is, the error that says so.
  init(_ document: Document, for project: String) throws(CheckpointError) {
    guard case .stateDict(let state) = document[document.root] else {
      throw Self.noBackbone(document, project)
    }
    switch try Recognition(document) {
    case .bare, .unknown: break
    case .undecided(let undecided): throw undecided.error
    case .layout(let found): throw Self.wrapped(found.name, project)
    }
    guard let backbone = Backbone(state, in: document) else { throw Self.noBackbone(document, project) }
    if backbone.isClassifier {
      throw CheckpointError(
        .unrepresentable, "this is a classifier; \(project) loads a backbone",
        hint: "the backbone, which stands beside it")
    }
    if let missing = backbone.missing {
      throw CheckpointError(
        .unrepresentable, "the network is without \(Prose.list(missing)), and \(project) loads strictly",
        hint: "the checkpoint before layers were taken out or batch norms were folded")
    }
    guard state.original == nil else {
      throw CheckpointError(
        .unrepresentable, "this is a whole module, and \(project) loads a state dict",
        hint: "`resect strip FILE -o backbone.pth` first, then convert that")
    }
    self.backbone = backbone
    try checkKeys(state)
    for (key, node) in state.entries { try Self.checkValue(key, document[node], project) }
  }

  /// Keys that the network has no place for, and statistics without their other half.
  private func checkKeys(_ state: StateDict) throws(CheckpointError) {
    let parts = Set(BackboneFamilies.standard.type(of: backbone.family)?.firstParts ?? [])
    for key in state.entries.keys {
      guard parts.contains(key.prefix(before: ".")) else {
        throw CheckpointError(
          .unrepresentable, "a \(backbone.family.rawValue) has no such key, and the loader is strict",
          at: .init(key: ValuePath.escape(key)), hint: "`drop` it: `resect edit FILE -o OUT 'drop PATH'`")
      }
      guard let norm = key.dropping(suffix: "running_mean") else { continue }
      for other in ["running_var", "num_batches_tracked"] as [Text] where state.entries[norm + other] == nil {
        // Without versions the loader fills in counters, which older files have not.
        if other == "num_batches_tracked", state.metadata == nil { continue }
        throw CheckpointError(
          .unrepresentable, "it is missing, and the loader is strict",
          at: .init(key: ValuePath.escape(norm + other)))
      }
    }
  }

  private static func checkValue(
    _ key: Text, _ value: Node, _ project: String
  ) throws(CheckpointError) {
    let isCounter = key.hasSuffix("num_batches_tracked")
    if case .tensor(let tensor) = value,
      isCounter ? tensor.dtype == .int64 : [.float64, .float32, .float16, .bfloat16].contains(tensor.dtype)
    {
      return
    }
    var kind = "no plain tensor"
    if case .tensor(let tensor) = value { kind = tensor.dtype.rawValue }
    throw CheckpointError(
      .unrepresentable,
      isCounter
        ? "it is \(kind), and counters are int64"
        : "it is \(kind); weights are float32, or float64, float16 or bfloat16, which loading casts",
      at: .init(key: ValuePath.escape(key)),
      hint: isCounter ? nil : "`resect edit FILE -o OUT 'cast float32'` first, if it stands for such numbers")
  }

  // MARK: Refusals

  private static func noBackbone(_ document: Document, _ project: String) -> CheckpointError {
    var hint = "a bare backbone: `resect tree FILE` says what a file holds"
    if case .layout? = try? Recognition(document) { hint = stripFirst }
    return CheckpointError(
      .unrepresentable,
      "a folder for \(project) is made from a bare backbone, and this is more or something else",
      hint: hint)
  }

  private static func wrapped(_ name: String, _ project: String) -> CheckpointError {
    CheckpointError(
      .unrepresentable, "the keys are not those of a bare backbone (\(name)), and \(project) loads strictly",
      hint: stripFirst)
  }

  private static let stripFirst = "`resect strip FILE -o backbone.pth` first, then convert that"
}
