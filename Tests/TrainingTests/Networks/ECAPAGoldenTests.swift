// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

/// ECAPA-TDNN at full size on formula-filled weights, against PyTorch's outputs, gradients and statistics.
@Suite struct ECAPAGoldenTests {
  @Test(arguments: [("ecapa_tdnn_sup192", FrontEnd.fbank), ("ecapa_tdnn_rdino512", .mel)])
  func `in Double, outputs agree to 1e-8 and gradients to 1e-6`(_ name: String, _ front: FrontEnd) throws {
    try NetworkGolden.check(NativeKernels<Double>.self, name + ".f64", keys: name, front: front, .double)
  }

  @Test(arguments: [
    ("ecapa_tdnn_sup192", "ecapa_tdnn_sup192", FrontEnd.fbank),
    ("ecapa_tdnn_sup192_T450", "ecapa_tdnn_sup192", .fbank),
    ("ecapa_tdnn_rdino512", "ecapa_tdnn_rdino512", .mel),
    ("ecapa_tdnn_sdpn512", "ecapa_tdnn_rdino512", .mel),
    ("ecapa_tdnn_sup_classdefault_c512", "ecapa_tdnn_sup_classdefault_c512", .fbank),
  ])
  func `in Float, as near as PyTorch's own float32`(
    _ name: String, _ keys: String, _ front: FrontEnd
  ) throws {
    try NetworkGolden.check(NativeKernels<Float>.self, name, keys: keys, front: front, .float)
  }
}
