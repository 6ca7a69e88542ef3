// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// How the n-th line of a chart looks: colour, dashes and marks all differ, so that any one of them tells.
enum PlotStyle {
  static let count = 4

  /// A mark at a place, with what a pointer over it shows.
  static func mark(_ index: Int, at place: (x: Double, y: Double), _ hover: String = "") -> String {
    let (x, y) = (place.x, place.y)
    func text(_ value: Double) -> String { PlotFrame.text(value) }
    let title = hover.isEmpty ? "" : "<title>\(HTMLPage.escaped(hover))</title>"
    let style = "class=\"mark s\(index % count)\""
    switch index % count {
    case 0: return "<circle \(style) cx=\"\(text(x))\" cy=\"\(text(y))\" r=\"3.5\">\(title)</circle>"
    case 1:
      return
        "<rect \(style) x=\"\(text(x - 3.5))\" y=\"\(text(y - 3.5))\" width=\"7\" height=\"7\">\(title)</rect>"
    case 2:
      return "<path \(style) d=\"M\(text(x)) \(text(y - 4.5))l4.5 8h-9z\">\(title)</path>"
    default:
      return "<path \(style) d=\"M\(text(x)) \(text(y - 5))l5 5l-5 5l-5 -5z\">\(title)</path>"
    }
  }

  /// A legend's entry: a piece of the line with its mark, and what it stands for.
  static func legend(_ index: Int, isFine: Bool, _ name: String, hasMark: Bool = true) -> String {
    let line = "<path class=\"line \(isFine ? "fine" : "s\(index % count)")\" d=\"M1 7H31\"/>"
    let mark = isFine || !hasMark ? "" : mark(index, at: (16, 7))
    let sample = "<svg width=\"32\" height=\"14\" aria-hidden=\"true\">\(line)\(mark)</svg>"
    return "<span>\(sample)\(HTMLPage.escaped(name))</span>"
  }

  static let css = """
    :root { --s0: #2f6fb3; --s1: #c2571a; --s2: #2c8553; --s3: #7b2fb3; }
    @media (prefers-color-scheme: dark) {
      :root { --s0: #6ea8e0; --s1: #f0965a; --s2: #6cc394; --s3: #b98be0; }
    }
    .figures { display: grid; gap: 1.5rem 2rem;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); }
    .figures figure { max-width: 46rem; }
    figcaption { font-weight: 600; font-size: 0.95rem; }
    .legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; margin: 0; font-size: 0.85rem;
      color: var(--dim); }
    .legend span { display: inline-flex; align-items: center; gap: 0.4rem; }
    .legend .fine { opacity: 1; }
    .plot { display: block; width: 100%; height: auto; }
    .plot text { fill: var(--dim); font: 12px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
    .plot text.title { fill: var(--ink); }
    .grid { stroke: var(--line); stroke-width: 1; }
    .axis { stroke: var(--dim); stroke-width: 1; fill: none; }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .line.fine { stroke: var(--dim); stroke-width: 1; opacity: 0.45; }
    .line.s0 { stroke: var(--s0); }
    .line.s1 { stroke: var(--s1); stroke-dasharray: 7 4; }
    .line.s2 { stroke: var(--s2); stroke-dasharray: 2 3; }
    .line.s3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; }
    .mark { stroke: var(--ground); stroke-width: 1; }
    .mark.s0 { fill: var(--s0); }
    .mark.s1 { fill: var(--s1); }
    .mark.s2 { fill: var(--s2); }
    .mark.s3 { fill: var(--s3); }
    .area.s0 { fill: var(--s0); opacity: 0.22; }
    .area.s1 { fill: url(#hatch); opacity: 0.8; }
    .rule { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 3 3; }
    """
}
