// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

/// CAM++ at full size on formula-filled weights, against PyTorch's outputs, gradients and statistics.
@Suite struct CAMPPlusGoldenTests {
  @Test func `in Double, outputs agree to 1e-8 and gradients to 1e-6`() throws {
    try check(NativeKernels<Double>.self, "campplus192.f64", keys: "campplus192", .double)
  }

  @Test(arguments: [
    ("campplus192", "campplus192"), ("campplus192_T450", "campplus192"), ("campplus512", "campplus512"),
  ])
  func `in Float, as near as PyTorch's own float32`(_ name: String, _ keys: String) throws {
    try check(NativeKernels<Float>.self, name, keys: keys, .float)
  }

  /// Upstream's checkpointing lets the first norm of each dense layer see a batch twice.
  private func check<Numbers: Kernels>(
    _: Numbers.Type, _ name: String, keys: String, _ tolerances: GoldenTolerances
  ) throws {
    try NetworkGolden.check(Numbers.self, name, keys: keys, tolerances) { $0.contains("nonlinear1") ? 9 : 8 }
  }
}
