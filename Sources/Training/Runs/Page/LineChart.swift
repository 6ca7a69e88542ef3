// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Glibc

/// Curves over the iterations of a run.
package struct LineChart {
  package struct Series {
    var name: String
    package var points: [(x: Double, y: Double)]
    /// Single steps: a thin line without marks, behind the others.
    var isFine: Bool

    package init(name: String, points: [(x: Double, y: Double)], isFine: Bool) {
      (self.name, self.points, self.isFine) = (name, points, isFine)
    }
  }

  let group: String
  let title: String
  /// With its unit.
  let yTitle: String
  /// A chart of what has a natural zero shows it.
  let isFromZero: Bool
  package let series: [Series]
  let id: String

  /// Up to so many points get a mark each.
  private static let mostMarks = 60

  package init(
    group: String, title: String, yTitle: String, isFromZero: Bool = false, series: [Series], id: String
  ) {
    self.group = group
    self.title = title
    self.yTitle = yTitle
    self.isFromZero = isFromZero
    // Where there is no number that a chart can hold, the line goes straight on.
    self.series = series.map { series in
      var series = series
      series.points = series.points.filter { PlotAxis.holds($0.x) && PlotAxis.holds($0.y) }
        .sorted { $0.x < $1.x }
      return series
    }.filter { !$0.points.isEmpty }
    self.id = id
  }

  /// A figure with its legend; empty where there is no number to show.
  package var html: String {
    let all = series.flatMap(\.points)
    guard let highX = all.map(\.x).max(), let lowY = all.map(\.y).min(), let highY = all.map(\.y).max()
    else { return "" }
    let low = isFromZero ? min(0, lowY) : lowY
    let frame = PlotFrame(
      x: .linear("iteration", min(0, highX)...highX, whole: true), y: .linear(yTitle, low...max(low, highY)),
      label: "\(title): \(series.map(summary).joined(separator: "; "))", id: id)
    var (lines, marks) = ("", "")
    for (index, one) in styled.sorted(by: { $0.series.isFine && !$1.series.isFine }) {
      let style = one.isFine ? "fine" : "s\(index % PlotStyle.count)"
      lines += PlotFrame.line("line \(style)", frame.path(CurveThinning.thinned(one.points)))
      guard !one.isFine, one.points.count <= Self.mostMarks else { continue }
      for point in one.points {
        marks +=
          PlotStyle.mark(
            index, at: frame.place(point.x, point.y),
            "\(one.name), iteration \(Decimals.text(point.x, places: 0)): \(Self.figure(point.y))") + "\n"
      }
    }
    let legend = styled.map { index, one in
      PlotStyle.legend(index, isFine: one.isFine, one.name, hasMark: one.points.count <= Self.mostMarks)
    }
    let below = hasLegend ? "<p class=\"legend\">\(legend.joined())</p>\n" : ""
    return """
      <figure>
      <figcaption>\(HTMLPage.escaped(title))</figcaption>
      \(frame.svg(lines, marks: marks))\(below)</figure>

      """
  }

  /// One line that the title names needs none.
  private var hasLegend: Bool { series.count > 1 || series.first?.name != group }

  /// Each line with the number of its look; fine lines have a look of their own.
  private var styled: [(index: Int, series: Series)] {
    var next = 0
    return series.map { series in
      defer { if !series.isFine { next += 1 } }
      return (next, series)
    }
  }

  private func summary(_ series: Series) -> String {
    "\(series.name) from \(Self.figure(series.points.first?.y ?? 0)) to \(Self.figure(series.points.last?.y ?? 0))"
  }

  /// Four significant digits or so.
  package static func figure(_ value: Double) -> String {
    let size = value.magnitude
    if size == 0 { return "0" }
    if size >= 1000 { return Decimals.text(value, places: 0) }
    if size >= 10 { return Decimals.text(value, places: 2) }
    if size >= 0.1 { return Decimals.text(value, places: 4) }
    return Decimals.text(value, places: min(12, 3 - Int(log10(size).rounded(.down))))
  }
}
