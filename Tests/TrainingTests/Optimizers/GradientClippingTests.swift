// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

/// Clipping against `clip_grad_norm_` and DINO's rule, computed by PyTorch.
@Suite struct GradientClippingTests {
  private func check<Numbers: Kernels>(_: Numbers.Type) throws {
    let golden = try OptimizerGolden("215")
    for clipping in golden.clipping {
      let all: [String: Parameter<Numbers.Real>] = try golden.parameters(golden.initial)
      // In PyTorch's order; `late` and `frozen` have no gradient and do not count.
      let parameters = try ["w", "k", "b", "late", "frozen"].map { try #require(all[$0]) }
      golden.setGradients(0, all)
      let norms =
        clipping.each
        ? GradientClipping<Numbers>.each(parameters, maximum: clipping.maximum, Workers(1))
        : [GradientClipping<Numbers>.together(parameters, maximum: clipping.maximum, Workers(1))]
      #expect(relativeDistance(norms, clipping.norms) < 2e-7)
      for (parameter, expected) in zip(parameters, clipping.gradients) {
        let found = try #require(parameter.variable.gradient).floats.map { Double($0) }
        #expect(relativeDistance(found, expected.map { Double($0) }) < 2e-7, "\(parameter.key)")
      }
    }
  }

  @Test func `gradients are clipped as PyTorch clips them`() throws {
    try check(NativeKernels<Float>.self)
    try check(NativeKernels<Double>.self)
    try check(ReferenceKernels<Float>.self)
  }

  @Test func `a gradient within the bound keeps its bits, a norm that is no number is told`() throws {
    let golden = try OptimizerGolden("215")
    let all: [String: Parameter<Float>] = try golden.parameters(golden.initial)
    let w = try #require(all["w"])
    golden.setGradients(0, all)
    GradientClipping<NativeKernels<Float>>.together([w], maximum: 100, Workers(1))
    #expect(w.variable.gradient?.floats == golden.gradients[0]["w"])
    w.variable.gradient?.fill(.nan)
    #expect(GradientClipping<NativeKernels<Float>>.together([w], maximum: 1, Workers(1)).isNaN)
    #expect(GradientClipping<NativeKernels<Float>>.each([w], maximum: 1, Workers(1))[0].isNaN)
    #expect(GradientClipping<NativeKernels<Float>>.together([], maximum: 1, Workers(1)) == 0)
  }
}
