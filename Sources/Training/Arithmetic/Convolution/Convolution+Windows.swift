// SPDX-License-Identifier: Apache-2.0

extension Tape where Numbers: ConvolutionKernels {
  /// Some rows of outputs at a time: what they read is laid out once, with zeros around it, and register tiles go over
  /// it (`WindowKernels.product`).
  func windowConvolution2d(
    _ x: Map2d<Real>, weight: Variable<Real>, into z: Variable<Real>, _ geometry: Geometry2d,
    _ method: ConvolutionMethod?
  ) {
    let x = x.variable
    let layout = OutputWindows(geometry, channels: x.channels)
    let packed = packedTaps(weight, geometry.taps, layout.taps, transposed: false)
    let scratch = Scratch(self, rows: layout.cells, columns: x.channels)
    workers.forEach(z.batch * layout.strips, elements: z.rows * weight.elements / z.batch / 8) { item in
      let (b, rows) = (item / layout.strips, layout.rows(item % layout.strips))
      let window = scratch.own
      layout.fill(Numbers.self, x.value.rows(x.utterance(b)), rows: rows, into: window)
      Numbers.product(
        window, layout.taps.runs, packed, layout.positions(rows),
        into: z.value.rows(z.utterance(b)).rows(geometry.outputs(rows)), accumulate: false)
    }
    guard z.requiresGradient else { return }
    record { [unowned self] in
      guard let dz = z.gradient else { return }
      if weight.requiresGradient {
        // The sums of a very large weight do not stay in a core's cache.
        if method == .windows || weight.elements <= 1 << 19 {
          windowWeightGradient(dz, z, x, weight: weight, geometry)
        } else {
          columnGradients(dz, z, x, weight: weight, geometry)
        }
      }
      if x.requiresGradient { windowInputGradient(dz, z, x, weight: weight, geometry) }
    }
  }

  private func windowInputGradient(
    _ dz: Rows<Real>, _ z: Variable<Real>, _ x: Variable<Real>, weight: Variable<Real>, _ geometry: Geometry2d
  ) {
    let layout = InputWindows(geometry, channels: z.channels)
    let packed = layout.kinds.map {
      packedTaps(weight, geometry.taps, $0.taps, transposed: true)
    }
    let scratch = Scratch(self, rows: layout.cells, columns: z.channels)
    let (dx, accumulate) = x.claimGradient()
    if layout.leavesGaps, !accumulate {
      workers.forEach(x.batch, elements: x.elements) { dx.rows(x.utterance($0)).fill(0) }
    }
    workers.forEach(x.batch * layout.strips, elements: z.rows * weight.elements / z.batch / 8) { item in
      let (b, strip) = (item / layout.strips, item % layout.strips)
      let window = scratch.own
      layout.fill(Numbers.self, dz.rows(z.utterance(b)), strip: strip, into: window)
      let own = dx.rows(x.utterance(b))
      for (kind, packed) in zip(layout.kinds, packed) {
        guard let part = layout.part(kind, strip: strip) else { continue }
        Numbers.product(
          window.rows(part.start..<window.rows), kind.taps.runs, packed, part.positions,
          into: own.rows(part.input..<own.rows), accumulate: accumulate)
      }
    }
  }

  private func windowWeightGradient(
    _ dz: Rows<Real>, _ z: Variable<Real>, _ x: Variable<Real>, weight: Variable<Real>, _ geometry: Geometry2d
  ) {
    let layout = OutputWindows(geometry, channels: x.channels)
    let sums = WindowSums(self, z, weight: weight, geometry.taps, layout.taps)
    let scratch = Scratch(self, rows: layout.cells, columns: x.channels)
    let slopes = Scratch(self, rows: layout.gradientCells, columns: WindowTaps.padded(z.channels))
    sums.forEachUtterance { b, own in
      for strip in 0..<layout.strips {
        let rows = layout.rows(strip)
        let (window, d) = (scratch.own, slopes.own)
        layout.fill(Numbers.self, x.value.rows(x.utterance(b)), rows: rows, into: window)
        layout.fillGradient(Numbers.self, dz.rows(z.utterance(b)), rows: rows, into: d)
        Numbers.productGradient(
          window, layout.taps.runs, d.rows(0..<layout.positions(rows).count), into: own)
      }
    }
    sums.deposit()
  }
}

extension Geometry2d {
  /// The positions of some rows of outputs.
  fileprivate func outputs(_ rows: Range<Int>) -> Range<Int> {
    (rows.lowerBound * outputFrames)..<(rows.upperBound * outputFrames)
  }
}
