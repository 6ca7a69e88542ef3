// SPDX-License-Identifier: Apache-2.0

extension Tape where Numbers: ConvolutionKernels {
  /// The inputs under the taps of some positions are laid out as rows, and one product takes all taps.
  func columnConvolution2d(
    _ x: Map2d<Real>, weight: Variable<Real>, into z: Variable<Real>, _ geometry: Geometry2d
  ) {
    let packed = packTaps(weight.value, geometry.taps)
    let columns = UnfoldedColumns<Numbers>(self, x.variable, geometry)
    workers.forEach(z.batch, elements: columns.cost * weight.rows / 8) { b in
      columns.forEachChunk(of: b) { chunk, positions in
        Numbers.unfold(
          x.variable.value.rows(x.variable.utterance(b)), geometry, positions: positions, into: chunk)
        Numbers.multiply(
          chunk, transposed: false, packed, transposed: true,
          into: z.value.rows(z.utterance(b)).rows(positions), accumulate: false)
      }
    }
    guard z.requiresGradient else { return }
    record { [unowned self] in
      guard let dz = z.gradient else { return }
      if weight.requiresGradient { columnGradients(dz, z, x.variable, weight: weight, geometry) }
      guard x.variable.requiresGradient else { return }
      let (dx, accumulate) = x.variable.claimGradient()
      let columns = UnfoldedColumns<Numbers>(self, x.variable, geometry)
      workers.forEach(z.batch, elements: columns.cost * weight.rows / 8) { b in
        let own = dx.rows(x.variable.utterance(b))
        if !accumulate { own.fill(0) }
        columns.forEachChunk(of: b) { chunk, positions in
          Numbers.multiply(
            dz.rows(z.utterance(b)).rows(positions), transposed: false,
            packed, transposed: false, into: chunk, accumulate: false)
          Numbers.foldBack(chunk, geometry, positions: positions, into: own)
        }
      }
    }
  }

  /// The weight's gradient: each group of utterances has a sum of its own, and these are added in order.
  func columnGradients(
    _ dz: Rows<Real>, _ z: Variable<Real>, _ x: Variable<Real>, weight: Variable<Real>, _ geometry: Geometry2d
  ) {
    let sums = TapSums<Numbers>(self, z, weight: weight, taps: geometry.taps)
    let columns = UnfoldedColumns<Numbers>(self, x, geometry)
    sums.forEachUtterance { b, own, isFirst in
      columns.forEachChunk(of: b) { chunk, positions in
        Numbers.unfold(x.value.rows(x.utterance(b)), geometry, positions: positions, into: chunk)
        Numbers.multiply(
          dz.rows(z.utterance(b)).rows(positions), transposed: true, chunk, transposed: false, into: own,
          accumulate: !isFirst || positions.lowerBound > 0)
      }
    }
    sums.deposit()
  }
}

/// Room for the rows of `unfold`, some positions of each utterance at a time: as many as stay in a core's cache.
private final class UnfoldedColumns<Numbers: ColumnKernels> {
  private let rows: Rows<Numbers.Real>
  private let batch: Int
  private let length: Int
  private let width: Int
  private let positions: Int
  /// Elements that are laid out in all.
  var cost: Int { batch * positions * width }

  init(_ tape: Tape<Numbers>, _ x: Variable<Numbers.Real>, _ geometry: Geometry2d) {
    batch = x.batch
    width = x.channels * geometry.taps
    positions = geometry.outputs
    length = min(positions, max(64, (131_072 / width + 15) / 16 * 16))
    rows = Rows(tape.arena, batch * length, width)
  }

  func forEachChunk(of utterance: Int, _ body: (Rows<Numbers.Real>, Range<Int>) -> Void) {
    for start in stride(from: 0, to: positions, by: length) {
      let end = min(positions, start + length)
      let first = utterance * length
      body(rows.rows(first..<(first + end - start)), start..<end)
    }
  }
}
