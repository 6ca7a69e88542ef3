// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension GraphTrace {
  private func axis(_ layout: Layout) -> Int64 { layout == .map ? 3 : 2 }

  /// The mean over time, one frame of it.
  func timeMean(_ x: Text, _ layout: Layout) -> Text {
    node("ReduceMean", [x], [("axes", .ints([axis(layout)])), ("keepdims", .int(1))])
  }

  /// How many frames a value has, as an integer.
  private func frames(_ x: Text, _ layout: Layout) -> Text {
    node("Gather", [node("Shape", [x]), integer(axis(layout))], [("axis", .int(0))])
  }

  /// Means and deviations over time, one frame of both, one behind the other.
  func statistics(_ x: Text, _ layout: Layout, _ form: DeviationForm) -> Text {
    let mean = timeMean(x, layout)
    let centred = node("Sub", [x, mean])
    var variance = timeMean(node("Mul", [centred, centred]), layout)
    if form.correction > 0 {
      let count = node("Cast", [frames(x, layout)], [("to", .int(1))])
      let rest = node("Sub", [count, scalar(Float(form.correction))])
      variance = node("Mul", [variance, node("Div", [count, rest])])
    }
    if form.floor > 0 { variance = node("Clip", [variance, scalar(Float(form.floor))]) }
    if form.epsilon > 0 { variance = node("Add", [variance, scalar(Float(form.epsilon))]) }
    return joined([mean, node("Sqrt", [variance])])
  }

  /// The same of a sequence whose frames have weights.
  func weightedStatistics(_ x: Text, by weights: Text) -> Text {
    func sum(_ x: Text) -> Text { node("ReduceSum", [x, integers([2])], [("keepdims", .int(1))]) }
    let mean = sum(node("Mul", [x, weights]))
    let centred = node("Sub", [x, mean])
    let variance = sum(node("Mul", [node("Mul", [centred, centred]), weights]))
    let floor = scalar(Float(DeviationForm.biased.floor))
    return joined([mean, node("Sqrt", [node("Clip", [variance, floor])])])
  }

  /// For each frame of a sequence the number of its segment; made once for all sequences as long as this one.
  func segmentIndex(_ x: Variable<Real>, _ value: Text, length: Int) -> Text {
    once("\(x.positions) frames in segments of \(length)") {
      let frames = frames(value, .sequence)
      return node("Div", [node("Range", [integer(0), frames, integer(1)]), integer(Int64(length))])
    }
  }
}
