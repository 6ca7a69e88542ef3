// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The refusal of a file that no layout fits: what it holds, and passes to write by hand.
struct UnknownLayout {
  private let survey: Survey
  private let reason: UnknownForm.Reason

  init(_ form: UnknownForm) {
    survey = form.survey
    reason = form.reason
  }

  var error: CheckpointError {
    switch reason {
    case .placeholders(let path): placeholders(path)
    case .flatParameters(let site):
      CheckpointError(
        .unknownLayout, "\(site.name) holds parameters that FSDP joined into `_flat_param`",
        hint: "save it again under `StateDictType.FULL_STATE_DICT`: the shapes are not in the file")
    case .graph:
      CheckpointError(
        .unknownLayout,
        "it is an ONNX graph: its tensors are constants into which norms may be folded, and no training state lies beside them",
        hint:
          "strip the checkpoint that it was exported from; `resect convert FILE -o OUT.safetensors` gives the tensors as they are"
      )
    case .other:
      CheckpointError(.unknownLayout, "no layout that is known fits; the file holds\n" + tree, hint: hint)
    }
  }

  private func placeholders(_ path: Text) -> CheckpointError {
    let isDeepSpeed = ["ds_version", "ds_config", "param_shapes"].contains(where: survey.has)
    return CheckpointError(
      .unknownLayout,
      "the tensors of \(path.isEmpty ? "the document" : "`\(path)`") have no elements: they hold the place of "
        + "weights that are in other files",
      hint: isDeepSpeed
        ? "`python3 zero_to_fp32.py . OUT`, the script that DeepSpeed wrote beside it, puts the ranks together"
        : "save it again with its weights gathered")
  }

  /// The names at the top, each with its type and what its keys begin with: at most a screenful.
  private var tree: String {
    let document = survey.document
    let entries = survey.top.entries.isEmpty ? document.children(of: document.root) : survey.top.entries
    if survey.top.entries.isEmpty, let other = survey.others.first {
      return "  a state dict whose keys begin with \(Prose.list(other.firstComponents))"
    }
    if entries.isEmpty { return "  \(document.typeName(document.root))" }
    var lines = entries.prefix(20).map { child in
      "  \(child.component): \(describe(child))"
    }
    if entries.count > 20 { lines.append("  and \(entries.count - 20) more") }
    return lines.joined(separator: "\n")
  }

  private func describe(_ child: Document.Child) -> String {
    let document = survey.document
    let type = document.typeName(child.node)
    switch document[child.node] {
    case .tensor(let tensor): return "\(type) \(tensor.dtype) \(tensor.shape)"
    case .composite(let composite): return "\(type) \(composite.layout.rawValue) \(composite.shape)"
    case .stateDict(let state):
      let first = PrefixChain(Array(state.entries.keys)).firstComponents
      return "\(type) of \(state.entries.count) keys" + (first.isEmpty ? "" : ": \(Prose.list(first))")
    default:
      let count = document.children(of: child.node).count
      return count == 0 ? type : "\(type) of \(count)"
    }
  }

  private var hint: String {
    let candidates =
      survey.others
      + survey.branches.compactMap { branch in
        guard let node = survey.document.node(at: ValuePath(branch.path)) else { return nil }
        return (Document.StateDictSite(path: branch.path, node: node), [])
      }
    guard let other = candidates.max(by: { size($0.site) < size($1.site) }) else {
      return "`resect tree FILE` shows what it holds"
    }
    var passes: [any Pass] = other.site.path.isEmpty ? [] : [.take(other.site.path)]
    let first = other.firstComponents.filter { $0.hasSuffix(".") }
    let name = ["backbone.", "encoder.", "model.", "module."].first(where: first.contains)
    if let name {
      passes.append(.under(name))
    } else if first.contains("head.") {
      passes.append(.drop("head.**"))
    } else if passes.isEmpty, first.count > 1, let head = first.last(where: Self.headNames.contains) {
      passes.append(.drop(head + "**"))
    }
    guard !passes.isEmpty else {
      return "`resect tree FILE` shows the keys, and `resect edit` keeps, drops and renames them"
    }
    let words = passes.map { ShellWords.safe(Text($0.description)) }
    return "write the passes by hand, for example: `resect edit FILE -o OUT \(words.joined(separator: " "))`"
  }

  /// Parts that stand behind a backbone under these names alone. `fc.` is none of them: in an embedding model it makes
  /// the embedding.
  private static let headNames: Set<Text> = [
    "arcface.", "classification_head.", "classifier.", "cls.", "cls_head.", "decoder.", "head.", "heads.",
    "lm_head.",
    "logits.", "loss.", "out.", "output.", "output_layer.", "predictor.", "proj_head.", "projection_head.",
    "projector.",
  ]

  private func size(_ site: Document.StateDictSite) -> Int {
    if case .stateDict(let state) = survey.document[site.node] { state.entries.count } else { 0 }
  }
}
