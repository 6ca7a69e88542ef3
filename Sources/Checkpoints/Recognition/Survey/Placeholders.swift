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

  /// The path of the first state dict of the document that is one of placeholders.
  static func path(in survey: Survey) -> Text? {
    let paths = survey.others.map(\.site.path) + survey.branches.map(\.path)
    return paths.first { path in
      guard let node = survey.document.node(at: ValuePath(path)),
        case .stateDict(let state) = survey.document[node]
      else { return false }
      return fill(state, in: survey.document)
    }
  }
}
