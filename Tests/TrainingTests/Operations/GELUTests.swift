// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

/// The fast kernels against their definition, and the way back against finite differences.
@Suite struct GELUTests {
  @Test(arguments: KernelTests.sizes) func `fast as defined`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: KernelTests.Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      let (x, y, d, dx) = (b.matrix(n, m, scale: 3), b.matrix(n, m), b.matrix(n, m), b.matrix(n, m))
      K.gelu(x, into: y)
      var results = [doubles(y)]
      for accumulate in [true, false] {
        K.geluBackward(x, d, into: dx, accumulate: accumulate)
        results.append(doubles(dx))
      }
      return results
    }
    KernelTests().compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) })
  }

  @Test(arguments: [(1, 3), (5, 9), (70, 2)])
  func `gradient`(_ rows: Int, _ width: Int) throws {
    func check<Numbers: Kernels>(_ numbers: Numbers.Type) throws where Numbers.Real == Double {
      try checkGradients(numbers, [TestShape(rows, 1, width)]) { ($0.gelu($1[0]), $1) }
    }
    try check(ReferenceKernels<Double>.self)
    try check(NativeKernels<Double>.self)
  }
}
