// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Parameters that FullyShardedDataParallel joined and flattened (`torch.distributed.fsdp`, LOCAL_STATE_DICT and
/// SHARDED_STATE_DICT of its first versions): no key names a weight, so that no backbone can be told.
enum FlatParameters {
  /// `FLAT_PARAM` of `torch/distributed/fsdp/_common_utils.py`, and its name before PyTorch 2.0.
  private static let names: [Text] = ["_flat_param", "flat_param"]

  static func hold(_ state: StateDict) -> Bool {
    state.entries.keys.contains { key in names.contains { key == $0 || key.hasSuffix("." + $0) } }
  }

  /// The refusal where a state dict holds some.
  static func refusal(_ survey: Survey) -> CheckpointError? {
    for other in survey.others {
      guard case .stateDict(let state) = survey.document[other.site.node], hold(state) else { continue }
      return CheckpointError(
        .unknownLayout, "\(other.site.name) holds parameters that FSDP joined into `_flat_param`",
        hint: "save it again under `StateDictType.FULL_STATE_DICT`: the shapes are not in the file")
    }
    return nil
  }
}
