// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

extension KernelTests {
  @Test(arguments: sizes) func `moments alone leave the values as they are`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      let (z, mean, squares) = (b.matrix(n, m, offset: 10), b.sums(m), b.sums(m))
      K.activate(z, bias: nil, context: nil, .none, moments: (mean, squares))
      return [doubles(z), mean.elements, squares.elements]
    }
    compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) })
  }

  @Test(arguments: sizes) func `pooling over time`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      let (frequencies, frames) = (3, n + 1)
      // A mean that is large beside the deviation.
      let x = b.matrix(frequencies * frames, m, offset: 10)
      let (mean, deviation) = (b.matrix(m, frequencies), b.matrix(m, frequencies))
      K.poolTime(x, frequencies: frequencies, mean: mean, deviation: deviation)
      var results = [mean, deviation].map(doubles)
      let (dMean, dDeviation) = (b.matrix(m, frequencies), b.matrix(m, frequencies))
      let dx = b.matrix(frequencies * frames, m)
      for accumulate in [false, true] {
        K.poolTimeBackward(
          x, frequencies: frequencies, mean: mean, deviation: deviation, dMean: dMean, dDeviation: dDeviation,
          into: dx, accumulate: accumulate)
        results.append(doubles(dx))
      }
      return results
    }
    compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) },
      float: 1e-4)
  }

  @Test(arguments: sizes) func `attentive fusion`(_ rows: Int, _ columns: Int) {
    func run<K: Kernels>(_: K.Type, _ b: Bench<K.Real>, _ n: Int, _ m: Int) -> [[Double]]
    where K.Real: NativeReal {
      let (z, scale, offset) = (b.matrix(n, m, scale: 4), b.matrix(1, m), b.matrix(1, m))
      let (x, y, d, out) = (b.matrix(n, m), b.matrix(n, m), b.matrix(n, m), b.matrix(n, m))
      let (dx, dy) = (b.matrix(n, m), b.matrix(n, m))
      K.affineSwish(z, scale: scale, offset: offset, into: out)
      var results = [doubles(out)]
      K.swishBackward(d, z, scale: scale, offset: offset)
      results.append(doubles(d))
      K.fuse(x, y, z, scale: scale, offset: offset, into: out)
      results.append(doubles(out))
      K.fuseBackward(d, x, y, z, scale: scale, offset: offset, dx: (dx, false), dy: (dy, true))
      results += [d, dx, dy].map(doubles)
      K.fuseBackward(out, x, y, z, scale: scale, offset: offset, dx: (dx, true), dy: nil)
      K.fuseBackward(out, x, y, z, scale: scale, offset: offset, dx: nil, dy: (dy, false))
      return results + [out, dx, dy].map(doubles)
    }
    compare(
      rows: rows, columns: columns, { run(ReferenceKernels<Double>.self, $0, $1, $2) },
      { run(NativeKernels<Double>.self, $0, $1, $2) }, { run(NativeKernels<Float>.self, $0, $1, $2) })
  }
}
