// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The geometry of a one-dimensional convolution with stride 1 whose output is as long as its input.
package struct ConvolutionGeometry: Sendable, Equatable {
  /// Taps; odd.
  package var kernel = 1
  package var dilation = 1
  package var mode = Padding.reflect

  package init(kernel: Int = 1, dilation: Int = 1, mode: Padding = .reflect) {
    self.kernel = kernel
    self.dilation = dilation
    self.mode = mode
  }

  package var padding: Int { dilation * (kernel - 1) / 2 }
}

/// What a convolution needs, by whichever method it is computed.
package typealias ConvolutionKernels = PaddingKernels & TapKernels & ColumnKernels & WindowKernels

extension Tape where Numbers: ConvolutionKernels {
  /// A convolution over time without bias of the sum of one or two variables.
  ///
  /// `weight` is PyTorch's `[out, in, kernel]` as a matrix of `out` rows. One tap is one product, shifted by
  /// the dilation; a kernel of 1 is a plain product.
  package func convolution(
    _ x: Variable<Real>, plus other: Variable<Real>? = nil, weight: Variable<Real>,
    _ geometry: ConvolutionGeometry = ConvolutionGeometry()
  ) -> Variable<Real> {
    if geometry.kernel == 1, other == nil { return pointwise(x, weight: weight) }
    let (taps, padding, out) = (geometry.kernel, geometry.padding, weight.rows)
    let (frames, pitch) = (x.positions, x.positions + 2 * padding)
    precondition(geometry.mode == .zeros || padding < frames, "reflection needs more frames than padding")
    let inputs = [x] + (other.map { [$0] } ?? [])
    let needsInput = inputs.contains(where: \.requiresGradient)
    let z = make(
      batch: x.batch, positions: frames, channels: out,
      requiresGradient: needsInput || weight.requiresGradient)
    let padded = Rows<Real>(arena, x.batch * pitch, x.channels)
    let packed = packTaps(weight.value, taps)
    let group = groupSize(x)
    workers.forEach(x.batch, by: group, elements: x.elements * taps * out / 8) { utterances in
      for b in utterances {
        let wide = padded.rows((b * pitch)..<((b + 1) * pitch))
        Numbers.pad(
          x.value.rows(x.utterance(b)), plus: other?.value.rows(x.utterance(b)), by: padding, geometry.mode,
          into: wide)
        for tap in 0..<taps {
          let start = tap * geometry.dilation
          Numbers.multiply(
            wide.rows(start..<(start + frames)), transposed: false, packed.tap(tap, of: taps),
            transposed: true, into: z.value.rows(z.utterance(b)), accumulate: tap > 0)
        }
      }
    }
    trace { graph in
      var input = graph.sequence(x)
      if let other { input = graph.node("Add", [input, graph.sequence(other)]) }
      let reflects = geometry.mode == .reflect && padding > 0
      if reflects {
        let pads = graph.integers([0, 0, padding, 0, 0, padding])
        input = graph.node("Pad", [input, pads], [("mode", .string("reflect"))])
      }
      let inner = Geometry2d(
        frequencies: 1, frames: frames, kernel: .init(frequency: 1, time: taps),
        dilation: .init(frequency: 1, time: geometry.dilation),
        padding: .init(frequency: 0, time: reflects ? 0 : padding))
      graph.give(graph.convolution(input, weight, inner, .sequence), to: z, .sequence)
    }
    guard z.requiresGradient else { return z }
    record { [unowned self] in
      guard let dz = z.gradient else { return }
      if weight.requiresGradient {
        tapGradients(dz, padded, pitch: pitch, x, weight: weight, geometry)
      }
      guard needsInput else { return }
      let wide = Rows<Real>(arena, x.batch * pitch, x.channels)
      let targets = inputs.filter(\.requiresGradient).map { $0.claimGradient() }
      workers.forEach(x.batch, elements: x.elements * taps * out / 8) { b in
        let wide = wide.rows((b * pitch)..<((b + 1) * pitch))
        wide.fill(0)
        for tap in 0..<taps {
          let start = tap * geometry.dilation
          Numbers.multiply(
            dz.rows(z.utterance(b)), transposed: false, packed.tap(tap, of: taps),
            transposed: false, into: wide.rows(start..<(start + frames)), accumulate: true)
        }
        for target in targets {
          Numbers.fold(
            wide, by: padding, geometry.mode, into: target.rows.rows(x.utterance(b)),
            accumulate: target.accumulate)
        }
      }
    }
    return z
  }

  /// The weight's gradient: each group of utterances has a sum of its own, and these are added in order.
  private func tapGradients(
    _ dz: Rows<Real>, _ padded: Rows<Real>, pitch: Int, _ x: Variable<Real>, weight: Variable<Real>,
    _ geometry: ConvolutionGeometry
  ) {
    let sums = TapSums<Numbers>(self, x, weight: weight, taps: geometry.kernel)
    sums.forEachUtterance { b, own, isFirst in
      for tap in 0..<geometry.kernel {
        let start = b * pitch + tap * geometry.dilation
        Numbers.multiply(
          dz.rows(x.utterance(b)), transposed: true,
          padded.rows(start..<(start + x.positions)), transposed: false,
          into: own.tap(tap, of: geometry.kernel), accumulate: !isFirst)
      }
    }
    sums.deposit()
  }

  /// `[out, in, kernel]` as `[out, kernel, in]`.
  func packTaps(_ weight: Rows<Real>, _ taps: Int) -> Rows<Real> {
    let packed = Rows<Real>(arena, weight.rows, weight.columns)
    workers.forEach(weight.rows, by: 64, elements: weight.rows * weight.columns) {
      Numbers.deinterleave(weight, taps, rows: $0, into: packed)
    }
    return packed
  }
}

extension Rows {
  /// One tap's columns of `[out, taps, in]`.
  fileprivate func tap(_ tap: Int, of taps: Int) -> Self {
    let inputs = columns / taps
    return columns((tap * inputs)..<((tap + 1) * inputs))
  }
}
