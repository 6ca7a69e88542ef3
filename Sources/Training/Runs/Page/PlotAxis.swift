// SPDX-License-Identifier: Apache-2.0
import Glibc

/// One axis of a chart: what range it shows, where its ticks are, and how values become places.
package struct PlotAxis {
  package struct Tick {
    package var value: Double
    package var label: String
  }

  let title: String
  package let lower: Double
  package let upper: Double
  package let ticks: [Tick]
  private let transform: (Double) -> Double

  /// Where a value lies between the axis's ends, 0 to 1; beyond where it lies outside.
  package func fraction(_ value: Double) -> Double {
    let (low, high) = (transform(lower), transform(upper))
    return (transform(value) - low) / (high - low)
  }

  /// Beyond this, sums of values are no numbers any more.
  private static let largest = 1e100

  /// Whether an axis can show a value: no NaN, nothing absurd.
  static func holds(_ value: Double) -> Bool { value.magnitude <= largest }

  /// An axis whose ends are ticks at round numbers around `range`.
  ///
  /// - Parameter whole: no tick stands between whole numbers.
  package static func linear(_ title: String, _ range: ClosedRange<Double>, whole: Bool = false) -> PlotAxis {
    var (low, high) = (max(range.lowerBound, -largest), min(range.upperBound, largest))
    // A line needs some room even where its values are all one.
    if high - low <= max(max(low.magnitude, high.magnitude) * 1e-9, 1 / largest) {
      let room = whole ? 1 : max(high.magnitude * 0.1, 1e-6)
      (low, high) = (low - room, high + room)
      if range.lowerBound >= 0 { low = max(0, low) }
    }
    let step = max(Self.step(high - low), whole ? 1 : 0)
    // What lies on a tick but for rounding needs no further one.
    let (first, last) = ((low / step + 1e-9).rounded(.down), (high / step - 1e-9).rounded(.up))
    let ticks = stride(from: first, through: last, by: 1).map { number in
      Tick(value: number * step, label: label(number * step, step: step))
    }
    return PlotAxis(title: title, lower: first * step, upper: last * step, ticks: ticks) { $0 }
  }

  /// 1, 2 or 5 times a power of ten, so that there are four to eight steps or so in `span`.
  private static func step(_ span: Double) -> Double {
    let raw = span / 4
    let power = pow(10, log10(raw).rounded(.down))
    return ([1.0, 2, 5].last { $0 * power <= raw } ?? 1) * power
  }

  /// As many decimals as the step needs, or a power of ten where those would be many.
  private static func label(_ value: Double, step: Double) -> String {
    let exponent = Int(log10(step).rounded(.down))
    if exponent < -8 || exponent > 5 {
      return value == 0 ? "0" : "\(Decimals.text(value / pow(10, Double(exponent)), places: 0))e\(exponent)"
    }
    let text = Decimals.text(value, places: max(0, -exponent))
    guard exponent >= 0, value.magnitude >= 10_000 else { return text }
    return grouped(text)
  }

  /// Digits in threes, a narrow space between them.
  private static func grouped(_ digits: String) -> String {
    digits.count <= 3 ? digits : grouped(String(digits.dropLast(3))) + "\u{202F}" + digits.suffix(3)
  }

  /// An axis of error rates by their normal deviates, as DET curves have (Martin et al., "The DET curve in assessment of
  /// detection task performance", 1997).
  ///
  /// - Parameter lowest: the smallest rate that shall be seen, above 0.
  package static func deviate(_ title: String, lowest: Double, highest: Double) -> PlotAxis {
    let rates =
      [-5, -4, -3, -2].flatMap { power in [1, 2, 5].map { $0 * pow(10, power) } } + [
        0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.99,
      ]
    let lower = rates.last { $0 <= lowest * 1.001 } ?? 1e-5
    let upper = rates.first { $0 >= highest } ?? 0.99
    let ticks = rates.filter { lower <= $0 && $0 <= upper }.map { rate in
      Tick(value: rate, label: label(rate * 100, step: min(1, rate * 100)))
    }
    return PlotAxis(title: title, lower: lower, upper: upper, ticks: ticks) { NormalDeviate.of($0) }
  }
}
