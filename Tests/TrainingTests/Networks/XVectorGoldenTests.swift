// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

/// The x-vector network at full size on formula-filled weights, against PyTorch's outputs, gradients and statistics.
@Suite struct XVectorGoldenTests {
  @Test func `in Double, outputs agree to 1e-8 and gradients to 1e-6`() throws {
    try NetworkGolden.check(NativeKernels<Double>.self, "xvector512.f64", keys: "xvector512", .double)
  }

  @Test(arguments: ["xvector512", "xvector512_T450"])
  func `in Float, as near as PyTorch's own float32`(_ name: String) throws {
    // Five layers lose less than the deep networks do. Of gradients 1e-4 is lost, or 3e-3 where the kernels of another
    // processor round a rectifier's input to the other side of zero.
    var tolerances = GoldenTolerances.float
    (tolerances.training, tolerances.gradients) = (1e-5, 1e-2)
    try NetworkGolden.check(NativeKernels<Float>.self, name, keys: "xvector512", tolerances)
  }
}
