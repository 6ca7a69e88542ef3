// SPDX-License-Identifier: Apache-2.0
internal import Glibc

extension PartState {
  /// After a name: `is unchanged`; without a verb where it is no sentence: `blocks.0 to 2 unchanged`.
  func predicate(_ sums: PartSums, isSentence: Bool) -> String {
    let figures = sums.figures
    let (is_, was) = isSentence ? ("is ", "was ") : ("", "")
    let differ = figures.changed + figures.dtype
    var words: String
    switch self {
    case .unchanged: words = "\(is_)unchanged"
    case .new: return "\(is_)new (\(Prose.count(figures.tensors, "tensor")))"
    case .gone: return "\(is_)gone (\(Prose.count(figures.tensors, "tensor")))"
    case .statistics:
      words = "\(isSentence ? "differs" : "differing") in batch-norm statistics alone"
    case .cast(let dtypes): words = "\(was)cast from \(dtypes.a) to \(dtypes.b)"
    case .castAndBack(let ways): words = "\(was)cast to \(Self.names(ways)) and back"
    case .scaled(let range): words = "\(was)scaled by \(Self.shortest(in: range))"
    case .moved(let change?):
      words = "moved by \(Prose.percent(change))"
      if figures.dtype == differ, let dtypes = sums.commonRetyping {
        words += isSentence ? " and went" : ","
        words += " from \(dtypes.a) to \(dtypes.b)"
      }
    case .moved(nil): words = isSentence ? "has changed" : "changed"
    case .rebuilt: return Self.extras(figures, first: isSentence ? "has " : "")
    }
    if differ > 0, differ < figures.tensors - figures.added - figures.removed {
      words += " (\(differ) of \(Prose.count(figures.tensors, "tensor")))"
    }
    // Of some tensors alone: else it was said.
    let retyped = figures.changed > 0 || sums.commonRetyping == nil ? figures.dtype : 0
    let extras = Self.extras(figures, retyped: retyped, first: "")
    return extras.isEmpty ? words : "\(words), \(extras)"
  }

  /// `1 tensor new, 2 gone, 3 of another shape`.
  private static func extras(_ figures: DiffPart.Figures, retyped: Int = 0, first: String) -> String {
    var parts: [String] = []
    for (number, word) in [
      (figures.added, "new"), (figures.removed, "gone"), (figures.shape, "of another shape"),
      (retyped, "of another data type"), (figures.ambiguous, "that could be several"),
    ] where number > 0 {
      parts.append("\(parts.isEmpty ? Prose.count(number, "tensor") : "\(number)") \(word)")
    }
    return parts.isEmpty ? "" : first + parts.joined(separator: ", ")
  }

  static func names(_ ways: [DType]) -> String {
    let names = ways.map(\.rawValue)
    guard let last = names.last, names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }

  /// The factor of the fewest digits that there is, to a step of a float32: factors are numbers of that type, too.
  static func shortest(in range: ClosedRange<Double>) -> String {
    let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
    let exponent = Int(log10(middle.magnitude).rounded(.down))
    let step = middle.magnitude * 0x1p-23
    let wide = range.lowerBound - step...range.upperBound + step
    for digits in 1...15 {
      let scale = pow(10, Double(digits - 1 - exponent))
      let rounded = (middle * scale).rounded() / scale
      if wide.contains(rounded) { return "\(rounded)" }
    }
    return "\(middle)"
  }
}
