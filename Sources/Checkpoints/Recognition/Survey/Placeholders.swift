// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Weights that are not in the file: tensors of no elements under their names. DeepSpeed's ZeRO 3 writes `module` so
/// in `mp_rank_00_model_states.pt` and keeps the numbers in the optimizer's files of every rank
/// (`deepspeed/runtime/engine.py`, `_save_checkpoint`; `deepspeed/utils/zero_to_fp32.py`).
enum Placeholders {
  /// Whether weights are missing under their names. Some tensor may honestly be empty; in most of a network none is.
  static func fill(_ state: StateDict, in document: Document) -> Bool {
    var (empty, weights) = (0, 0)
    for node in state.entries.values {
      guard case .tensor(let tensor) = document[node] else { continue }
      // Buffers stay where they are: a counter has no dimension, a running mean one.
      if tensor.shape.contains(0) { empty += 1 } else if tensor.shape.count > 1 { weights += 1 }
    }
    return empty > 0 && empty > weights
  }

  /// The refusal where a state dict of the document is one of placeholders.
  static func refusal(_ survey: Survey) -> CheckpointError? {
    let sites = survey.others.map(\.site.path) + survey.branches.map(\.path)
    for path in sites {
      guard let node = survey.document.node(at: ValuePath(path)),
        case .stateDict(let state) = survey.document[node],
        fill(state, in: survey.document)
      else { continue }
      let isDeepSpeed = ["ds_version", "ds_config", "param_shapes"].contains(where: survey.has)
      return CheckpointError(
        .unknownLayout,
        "the tensors of \(path.isEmpty ? "the document" : "`\(path)`") have no elements: they hold the place of "
          + "weights that are in other files",
        hint: isDeepSpeed
          ? "`python3 zero_to_fp32.py . OUT`, the script that DeepSpeed wrote beside it, puts the ranks together"
          : "save it again with its weights gathered")
    }
    return nil
  }
}
