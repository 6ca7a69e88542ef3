// SPDX-License-Identifier: Apache-2.0

extension Tape where Numbers: ConvolutionKernels {
  /// Whether a convolution with a kernel of 1 is computed in register tiles. They are faster than a product nearly
  /// always where there are any, except that very large weights do not stay in a core's cache. In evaluation that is
  /// outweighed: rows are few, and a product would pack the weight anew for each utterance.
  func usesTiles(
    _ x: Variable<Real>, _ weight: Variable<Real>, _ method: ConvolutionMethod?
  ) -> Bool {
    guard x.rows >= Self.fewestRows else { return false }
    return method.map { $0 == .windows }
      ?? (Numbers.prefersWindows && (!isTraining || weight.elements <= 1 << 19))
  }

  /// A product over fewer rows than this would read behind them.
  private static var fewestRows: Int { 24 }

  /// y := the sum of x W^T over the parts, some rows at a time.
  func pointwiseTiles(
    _ parts: [(x: Variable<Real>, weight: Variable<Real>)], into y: Variable<Real>,
    _ method: ConvolutionMethod?
  ) {
    for (index, part) in parts.enumerated() {
      tileProduct(part.x.value, part.weight, transposed: false, into: y.value, accumulate: index > 0)
    }
    guard y.requiresGradient else { return }
    record { [unowned self] in
      guard let dy = y.gradient else { return }
      for (x, weight) in parts {
        if weight.requiresGradient {
          // Over few rows it does not pay to have sums for several groups and to add them.
          if method == .windows || y.rows >= 2048 {
            tileWeightGradient(dy, y, x, weight: weight)
          } else {
            weightGradient(dy, x.value, into: weight)
          }
        }
        guard x.requiresGradient else { continue }
        let (dx, accumulate) = x.claimGradient()
        tileProduct(dy, weight, transposed: true, into: dx, accumulate: accumulate)
      }
    }
  }

  /// out (+)= a W^T, or a W when transposed.
  private func tileProduct(
    _ a: Rows<Real>, _ weight: Variable<Real>, transposed: Bool, into out: Rows<Real>, accumulate: Bool
  ) {
    let taps = WindowTaps.point(channels: a.columns)
    let packed = packedTaps(weight, 1, taps, transposed: transposed)
    let items = slices(a.rows, a.columns)
    workers.forEach(items, elements: a.rows * weight.elements / 8) { index in
      let rows = slice(a.rows, items, index)
      Numbers.product(
        a.rows(rows), taps.runs, packed, .rows(rows.count), into: out.rows(rows), accumulate: accumulate)
    }
  }

  private func tileWeightGradient(
    _ dy: Rows<Real>, _ y: Variable<Real>, _ x: Variable<Real>, weight: Variable<Real>
  ) {
    let taps = WindowTaps.point(channels: x.channels)
    let sums = WindowSums(self, y, weight: weight, 1, taps)
    let items = slices(x.positions, x.channels)
    let most = (x.positions + items - 1) / items
    let inputs = Scratch(self, rows: most + WindowTaps.slack(x.channels), columns: x.channels)
    let slopes = Scratch(self, rows: most, columns: WindowTaps.padded(y.channels))
    sums.forEachUtterance { b, own in
      let (mine, theirs) = (x.value.rows(x.utterance(b)), dy.rows(y.utterance(b)))
      for index in 0..<items {
        let rows = slice(x.positions, items, index)
        let shape = MapWindow(
          frequencies: 1, frames: rows.count, rows: 1, columns: rows.count, pitch: rows.count)
        Numbers.window(mine.rows(rows), shape, into: inputs.own)
        Numbers.window(theirs.rows(rows), shape, into: slopes.own)
        Numbers.productGradient(inputs.own, taps.runs, slopes.own.rows(0..<rows.count), into: own)
      }
    }
    sums.deposit()
  }

  /// Into how many slices rows are cut, so that one stays in a core's cache.
  private func slices(_ rows: Int, _ columns: Int) -> Int {
    max(1, rows / min(1024, max(128, 65_536 / columns)))
  }

  private func slice(_ rows: Int, _ slices: Int, _ index: Int) -> Range<Int> {
    (rows * index / slices)..<(rows * (index + 1) / slices)
  }
}
