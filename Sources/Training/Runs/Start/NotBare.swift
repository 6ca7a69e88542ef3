// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The refusal of a file that is no bare backbone with all its sizes: what it is instead, and what would make it one.
struct NotBare {
  let error: CheckpointError

  /// - Parameter isOpen: whether the network can be named, and layers be drawn anew.
  init(_ document: Document, _ path: String, isOpen: Bool) {
    if document.source?.format == .onnx {
      error = CheckpointError(
        .misfit, "it is an ONNX graph: its tensors are constants into which norms may be folded",
        hint: "the checkpoint that it was exported from; `resect-train embed --model` runs the graph itself")
    } else if case .stateDict(let state) = document[document.root],
      let likeness = BackboneLikeness(state, in: document)
    {
      error = isOpen ? Self.partial(likeness, KeyShapes(state, in: document)) : Self.unfit(likeness)
    } else if case .layout(let found)? = try? Recognition(document) {
      let what = found.branch.backbone?.family.rawValue ?? found.branch.summary ?? "a backbone"
      error = CheckpointError(
        .misfit, "it is no bare backbone: \(what) lies inside (\(found.name))",
        hint: "`resect strip \(ShellWords.safe(Text(path))) -o backbone.pth`, then that file")
    } else {
      error = CheckpointError(
        .misfit, "no backbone that is known has these keys and shapes",
        hint:
          "`resect tree \(ShellWords.safe(Text(path)))` shows what it holds, `resect edit` changes its keys")
    }
  }

  private static func unfit(_ likeness: BackboneLikeness) -> CheckpointError {
    CheckpointError(
      .misfit, "it is no whole backbone; it looks like \(likeness.summary)",
      hint: "a backbone whose tensors are all there")
  }

  private static func partial(_ likeness: BackboneLikeness, _ shapes: KeyShapes) -> CheckpointError {
    var hint =
      "`--network NAME` (`resect-train spec --list`), or `--config` with a yaml whose `embedding_model` has its sizes"
    if Backbone(shapes, embedding: 1) != nil, let last = likeness.missing.last {
      hint = "`--embedding 192 --fresh '\(last).**'` for a new last layer, of any size"
    } else if let name = nearest(shapes) {
      hint = "`--network \(name)`, and `--fresh` for what is not in the file"
    }
    return CheckpointError(
      .misfit, "the file does not tell every size of the network; it looks like \(likeness.summary)",
      hint: hint)
  }

  /// The published network that all of the tensors fit into which have a place in it, where there is one that most have
  /// a place in.
  private static func nearest(_ shapes: KeyShapes) -> String? {
    var best: (name: String, count: Int)?
    for (name, _) in NetworkCatalogue.listed {
      guard let slots = try? NamedNetwork(catalogue: name).configuration.slots else { continue }
      let count = shapes.count(fitting: slots.map { (Text($0.key), $0.shape) })
      if let count, 2 * count > shapes.keys.count, count > best?.count ?? 0 { best = (name, count) }
    }
    return best?.name
  }
}
