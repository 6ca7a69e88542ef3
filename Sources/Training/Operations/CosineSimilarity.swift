// SPDX-License-Identifier: Apache-2.0

extension Tape {
  /// cos[b, n] = normalize(x[b]) . normalize(w[n]), as `torch.nn.functional.normalize` does (eps 1e-12).
  func cosineSimilarity(_ x: Variable<Real>, _ w: Variable<Real>) -> Variable<Real> {
    let cosines = make(
      batch: x.batch, positions: x.positions, channels: w.rows,
      requiresGradient: x.requiresGradient || w.requiresGradient)
    let (units, rows) = (UnitRows(self, x.value), UnitRows(self, w.value))
    productByOutputs(units.unit, rows.unit, into: cosines.value)
    guard cosines.requiresGradient else { return cosines }
    record { [unowned self] in
      guard let d = cosines.gradient else { return }
      if x.requiresGradient {
        let block = Block<Real>(arena, count: x.rows * x.channels)
        let slopes = block.rows(x.rows, x.channels)
        productByInputs(d, rows.unit, into: slopes, accumulate: false)
        units.backward(self, slopes, into: x)
        withExtendedLifetime(block) {}
      }
      guard w.requiresGradient else { return }
      let block = Block<Real>(arena, count: w.rows * w.channels)
      let slopes = block.rows(w.rows, w.channels)
      workers.forEach(w.rows, by: 64, elements: w.elements) { some in
        Numbers.multiply(
          d.columns(some), transposed: true, units.unit, transposed: false, into: slopes.rows(some),
          accumulate: false)
      }
      rows.backward(self, slopes, into: w)
      withExtendedLifetime(block) {}
    }
    return cosines
  }
}

/// A matrix with its rows scaled to unit length, and their lengths.
private final class UnitRows<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  private let block: Block<Real>
  private let lengthBlock: Block<Real>
  let unit: Rows<Real>
  let lengths: Rows<Real>

  init<Numbers: Kernels>(_ tape: Tape<Numbers>, _ x: Rows<Real>) where Numbers.Real == Real {
    block = Block(tape.arena, count: x.rows * x.columns)
    lengthBlock = Block(tape.arena, count: x.rows)
    unit = block.rows(x.rows, x.columns)
    lengths = lengthBlock.rows(1, x.rows)
    let (unit, lengths) = (unit, lengths)
    tape.workers.forEach(x.rows, by: 64, elements: x.rows * x.columns) {
      Numbers.unitRows(x.rows($0), into: unit.rows($0), lengths: lengths.columns($0))
    }
  }

  func backward<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ slopes: Rows<Real>, into x: Variable<Real>
  ) where Numbers.Real == Real {
    let (dx, accumulate) = x.claimGradient()
    tape.workers.forEach(slopes.rows, by: 64, elements: x.elements) {
      Numbers.unitRowsBackward(
        slopes.rows($0), unit.rows($0), lengths: lengths.columns($0), into: dx.rows($0),
        accumulate: accumulate)
    }
  }
}
