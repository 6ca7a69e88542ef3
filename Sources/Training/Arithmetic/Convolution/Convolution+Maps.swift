// SPDX-License-Identifier: Apache-2.0

/// How a two-dimensional convolution is computed.
package enum ConvolutionMethod: Sendable, CaseIterable {
  /// One product with all inputs under the taps laid out as columns; with a single tap they are that already.
  case columns
  /// Register tiles over a window of the map; nothing is laid out more than once.
  case windows
}

extension Tape where Numbers: ConvolutionKernels {
  /// A two-dimensional convolution without bias; `weight` is PyTorch's `[out, in, kernel, kernel]` as a matrix of
  /// `out` rows.
  ///
  /// - Parameter method: nil takes the one that is faster here.
  package func convolution2d(
    _ x: Map2d<Real>, weight: Variable<Real>, _ geometry: Geometry2d, by method: ConvolutionMethod? = nil
  ) -> Map2d<Real> {
    precondition(weight.channels == x.channels * geometry.taps, "a weight for each tap and channel")
    if geometry.taps == 1, geometry.stride == .one, geometry.padding == .none {
      return x.with(pointwise(x.variable, weight: weight, by: method))
    }
    let z = make(
      batch: x.variable.batch, positions: geometry.outputs, channels: weight.rows,
      requiresGradient: x.variable.requiresGradient || weight.requiresGradient)
    trace { $0.convolve(x, weight, geometry, into: z) }
    switch method ?? (Numbers.prefersWindows ? .windows : .columns) {
    case .columns: columnConvolution2d(x, weight: weight, into: z, geometry)
    case .windows: windowConvolution2d(x, weight: weight, into: z, geometry, method)
    }
    return Map2d(z, frequencies: geometry.outputFrequencies, frames: geometry.outputFrames)
  }
}
