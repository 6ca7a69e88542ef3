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

  /// The first state dict that holds some, of those in which no backbone can be told.
  static func site(in survey: Survey) -> Document.StateDictSite? {
    survey.others.lazy.map(\.site).first { site in
      if case .stateDict(let state) = survey.document[site.node] { hold(state) } else { false }
    }
  }
}
