// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// The figures of one changed tensor as cells.
enum DiffNumbers {
  static let header = [
    "tensor", "dtype", "shape", "differ", "change", "max abs", "max rel", "mean abs", "l2", "cosine", "ulp",
    "first difference",
  ]

  static func row(_ change: DiffReport.Change) -> [String] {
    let dtype = change.dtype.isEqual ? change.dtype.a : "\(change.dtype.a) -> \(change.dtype.b)"
    let shape =
      change.shape.isEqual
      ? Words.shape(change.shape.a) : "\(Words.shape(change.shape.a)) -> \(Words.shape(change.shape.b))"
    guard let numbers = change.numbers else { return [change.path.shown, dtype, shape] }
    return [
      change.path.shown, dtype, shape, "\(numbers.differing) of \(numbers.elements)",
      change.change.map(Words.figure) ?? "-", figure(numbers.maxAbs), figure(numbers.maxRel),
      figure(numbers.meanAbs), figure(numbers.l2), cosine(numbers.cosine), figure(numbers.maxULP),
      place(change, numbers),
    ]
  }

  /// `[3, 17]: 0.5 -> 0.25`, then what is not finite, then how many are beyond the tolerance.
  private static func place(_ change: DiffReport.Change, _ numbers: TensorDifference) -> String {
    var parts: [String] = []
    if let first = numbers.first {
      let index = first.index.map(String.init).joined(separator: ", ")
      parts.append("[\(index)]: \(element(first.a, change.dtype.a)) -> \(element(first.b, change.dtype.b))")
    }
    for (word, pair) in [("nan", numbers.nan), ("inf", numbers.infinite)] where pair.a + pair.b > 0 {
      parts.append("\(word) \(pair.a) -> \(pair.b)")
    }
    if change.withinTolerance == true {
      parts.append("within the tolerance")
    } else if let outside = numbers.outside {
      parts.append("\(outside) beyond the tolerance")
    }
    return parts.joined(separator: "; ")
  }

  /// With as many digits as the data type has.
  private static func element(_ value: JSONValue, _ dtype: String) -> String {
    switch value {
    case .string(let text): text.shown
    case .double(let value) where dtype != "float64" && value.isFinite: "\(Float(value))"
    default: Words.python(value)
    }
  }

  private static func cosine(_ value: JSONValue?) -> String {
    guard case .double(let cosine)? = value, cosine.isFinite else { return "-" }
    return Words.fixed(cosine, 6)
  }

  private static func figure(_ value: JSONValue?) -> String {
    switch value {
    case .double(let value)?: Words.figure(value)
    case .int(let value)?: "\(value)"
    case .string(let digits)?: digits.shown
    default: "-"
    }
  }
}
