// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// A chart as SVG: grid, ticks and titles of two axes, and what is drawn between them.
struct PlotFrame {
  let x: PlotAxis
  let y: PlotAxis
  /// What the chart shows, for people who do not see it.
  let label: String
  /// Tells this chart's clip path from those of others on the page.
  let id: String
  var height = 300.0

  static let width = 600.0
  private static let (right, top, bottom) = (16.0, 12.0, 48.0)

  /// Room for the longest label, some 7 units a character, beside the title.
  private var left: Double { max(66, 34 + 7 * Double(y.ticks.map(\.label.count).max() ?? 0)) }
  private var innerWidth: Double { Self.width - left - Self.right }
  private var innerHeight: Double { height - Self.top - Self.bottom }

  /// The place of a point, in the SVG's units.
  func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (
      left + innerWidth * self.x.fraction(x),
      Self.top + innerHeight * (1 - self.y.fraction(y))
    )
  }

  /// A line through points, each `x y` of the data.
  func path(_ points: [(x: Double, y: Double)]) -> String {
    points.enumerated().map { index, point in
      let place = place(point.x, point.y)
      return "\(index == 0 ? "M" : "L")\(Self.text(place.x)) \(Self.text(place.y))"
    }.joined()
  }

  static func text(_ coordinate: Double) -> String { Decimals.text(coordinate, places: 1) }

  /// The whole chart; `content` is cut at the frame, `marks` are not.
  func svg(_ content: String, marks: String = "") -> String {
    let size = "\(Self.text(Self.width)) \(Self.text(height))"
    // Lines along the frame keep their whole width.
    let frame = """
      <rect x="\(Self.text(left))" y="\(Self.text(Self.top - 2))" \
      width="\(Self.text(innerWidth))" height="\(Self.text(innerHeight + 4))"/>
      """
    return """
      <svg class="plot" viewBox="0 0 \(size)" role="img" aria-label="\(HTMLPage.escaped(label))">
      <clipPath id="\(id)">\(frame)</clipPath>
      \(grid)<g clip-path="url(#\(id))">
      \(content)</g>
      \(marks)</svg>

      """
  }

  private var grid: String {
    var svg = ""
    let (low, high) = (place(x.lower, y.lower), place(x.upper, y.upper))
    for tick in x.ticks {
      let at = place(tick.value, y.lower).x
      svg += Self.line("grid", "M\(Self.text(at)) \(Self.text(high.y))V\(Self.text(low.y))")
      svg += Self.words(tick.label, "tick", anchor: "middle", (at, low.y + 17))
    }
    for tick in y.ticks {
      let at = place(x.lower, tick.value).y
      svg += Self.line("grid", "M\(Self.text(low.x)) \(Self.text(at))H\(Self.text(high.x))")
      svg += Self.words(tick.label, "tick", anchor: "end", (low.x - 7, at + 4))
    }
    let corner = "M\(Self.text(low.x)) \(Self.text(high.y))V\(Self.text(low.y))H\(Self.text(high.x))"
    svg += Self.line("axis", corner)
    svg += Self.words(x.title, "title", anchor: "middle", ((low.x + high.x) / 2, height - 8))
    let turn = "translate(14 \(Self.text((low.y + high.y) / 2))) rotate(-90)"
    return svg + "<g transform=\"\(turn)\">" + Self.words(y.title, "title", anchor: "middle", (0, 0))
      + "</g>\n"
  }

  static func line(_ style: String, _ path: String) -> String {
    "<path class=\"\(style)\" d=\"\(path)\"/>\n"
  }

  /// - Parameter anchor: which end of the text stands at the place: `start`, `middle` or `end`.
  static func words(
    _ words: String, _ style: String, anchor: String, _ place: (x: Double, y: Double)
  ) -> String {
    let place = "x=\"\(text(place.x))\" y=\"\(text(place.y))\""
    return "<text class=\"\(style)\" text-anchor=\"\(anchor)\" \(place)>\(HTMLPage.escaped(words))</text>\n"
  }
}
