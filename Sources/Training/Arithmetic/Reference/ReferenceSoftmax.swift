// SPDX-License-Identifier: Apache-2.0
import Glibc

/// GELU, softmax and what goes with them, as definitions.
extension ReferenceKernels {
  package static func gelu(_ x: Matrix, into y: Matrix) {
    each(x) { y[$0, $1] = Real(Double(x[$0, $1]) * normalDistribution(Double(x[$0, $1]))) }
  }

  package static func geluBackward(_ x: Matrix, _ d: Matrix, into dx: Matrix, accumulate: Bool) {
    each(x) { r, c in
      let v = Double(x[r, c])
      let density = exp(-v * v / 2) / (2 * Double.pi).squareRoot()
      let slope = normalDistribution(v) + v * density
      dx[r, c] = (accumulate ? dx[r, c] : 0) + d[r, c] * Real(slope)
    }
  }

  private static func normalDistribution(_ v: Double) -> Double { (1 + erf(v / 2.0.squareRoot())) / 2 }

  package static func softmax(_ x: Matrix, minus centre: Matrix?, temperature: Double, into y: Matrix) {
    for r in 0..<x.rows {
      let p = shares((0..<x.columns).map { Double(x[r, $0] - (centre?[0, $0] ?? 0)) / temperature })
      for c in 0..<x.columns { y[r, c] = Real(p[c]) }
    }
  }

  package static func softmaxBackward(
    _ p: Matrix, _ d: Matrix, scale: Double, into dx: Matrix, accumulate: Bool
  ) {
    for r in 0..<p.rows {
      let own = d.rows == 1 ? 0 : r
      let along = sum(p.columns) { Double(p[r, $0]) * Double(d[own, $0]) }
      for c in 0..<p.columns {
        let value = scale * Double(p[r, c]) * (Double(d[own, c]) - along)
        dx[r, c] = (accumulate ? dx[r, c] : 0) + Real(value)
      }
    }
  }

  package static func softTargets(
    _ s: Matrix, _ targets: Matrix, temperature: Double, scale: Double, into d: Matrix?, accumulate: Bool
  ) -> Double {
    let logits = (0..<s.columns).map { Double(s[0, $0]) / temperature }
    let p = shares(logits)
    let q = (0..<s.columns).map { c in sum(targets.rows) { Double(targets[$0, c]) } }
    let mass = sum(q.count) { q[$0] }
    let top = logits.max() ?? 0
    let logSum = top + log(sum(logits.count) { exp(logits[$0] - top) })
    for c in 0..<(d?.columns ?? 0) {
      let value = scale / temperature * (mass * p[c] - q[c])
      d?[0, c] = (accumulate ? d?[0, c] ?? 0 : 0) + Real(value)
    }
    return sum(q.count) { q[$0] * (logSum - logits[$0]) }
  }

  private static func shares(_ logits: [Double]) -> [Double] {
    let top = logits.max() ?? 0
    let powers = logits.map { exp($0 - top) }
    let total = sum(powers.count) { powers[$0] }
    return powers.map { $0 / total }
  }

  package static func rowDots(_ a: Matrix, _ b: Matrix, into out: Matrix) {
    for r in 0..<a.rows { out[0, r] = Real(sum(a.columns) { Double(a[r, $0]) * Double(b[r, $0]) }) }
  }

  package static func scaleRows(_ x: Matrix, by factors: Matrix, into y: Matrix) {
    each(x) { y[$0, $1] = x[$0, $1] * factors[0, $0] }
  }

  package static func average(_ value: Matrix, _ other: Matrix, keep: Double) {
    each(value) { value[$0, $1] = value[$0, $1] * Real(keep) + Real(1 - keep) * other[$0, $1] }
  }
}
