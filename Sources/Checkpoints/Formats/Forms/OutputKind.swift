// SPDX-License-Identifier: Apache-2.0

/// The formats that documents are written in, by the words of the command line.
public enum OutputKind: String, Sendable, CaseIterable {
  /// `torch.save`'s zip. The newest PyTorch loads it by default.
  case torch
  /// One header, then the bytes of dense tensors.
  case safetensors
  /// The stream of pickles and storages that PyTorch before 1.6 wrote.
  case torchLegacy = "torch-legacy"
  /// numpy's archive of arrays.
  case npz
  /// A `CKPT-*` folder that 3D-Speaker recovers from.
  case threeDSpeaker = "3dspeaker"
  /// A folder that `torch.distributed.checkpoint` loads.
  case dcp
}
