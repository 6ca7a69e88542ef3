// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// How target and nontarget scores lie, and the DET curve.
struct ScoreCharts {
  private let scores: [Double]
  private let targets: [Bool]
  private let rates: ErrorRates

  init(_ file: ScoreFile) throws(CheckpointError) {
    scores = file.scores
    targets = file.targets
    rates = try file.rates()
  }

  private static let bins = 60

  var html: String { "<div class=\"figures\">\n\(histogram)\(det)</div>\n" }

  /// The shares of both kinds in equal bins between the lowest and the highest score.
  private var histogram: String {
    let axis = PlotAxis.linear("score", (scores.min() ?? 0)...(scores.max() ?? 1))
    let (targetShares, nontargetShares) = (shares(of: true, axis), shares(of: false, axis))
    let top = max(targetShares.max() ?? 0, nontargetShares.max() ?? 0)
    let frame = PlotFrame(
      x: axis, y: .linear("% of the kind's trials, a bin", 0...top),
      label: "how target and nontarget scores lie", id: "scores")
    var content = Self.hatch
    for (index, shares) in [targetShares, nontargetShares].enumerated() {
      let outline = frame.path(steps(shares, axis))
      content += PlotFrame.line("area s\(index)", outline + "Z")
      content += PlotFrame.line("line s\(index)", outline)
    }
    let threshold = rates.equalErrorRate.threshold
    let (foot, head) = (frame.place(threshold, 0), frame.place(threshold, frame.y.upper))
    let isLeft = axis.fraction(threshold) > 0.6
    let at = PlotFrame.text(foot.x)
    content += PlotFrame.line("rule", "M\(at) \(PlotFrame.text(foot.y))V\(PlotFrame.text(head.y))")
    content += PlotFrame.words(
      "EER threshold \(Decimals.text(threshold, places: 3))", "title", anchor: isLeft ? "end" : "start",
      (foot.x + (isLeft ? -6 : 6), head.y + 12))
    let counts = (targets.count { $0 }, targets.count { !$0 })
    return figure(
      "Score histogram", frame.svg(content),
      PlotStyle.legend(0, isFine: false, "target (\(counts.0) trials)", hasMark: false)
        + PlotStyle.legend(1, isFine: false, "nontarget (\(counts.1) trials)", hasMark: false))
  }

  /// Lines, so that the kinds can be told apart where they overlap, whatever the colours.
  private static let hatch = """
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
    <path d="M0 0V6" style="stroke: var(--s1); stroke-width: 1.5"/></pattern>

    """

  private func shares(of kind: Bool, _ axis: PlotAxis) -> [Double] {
    var counts = [Int](repeating: 0, count: Self.bins)
    for (score, isTarget) in zip(scores, targets) where isTarget == kind {
      // Rounding may put the highest score beyond the last bin.
      let place = Double(Self.bins) * axis.fraction(score)
      counts[Int(max(0, min(Double(Self.bins - 1), place)))] += 1
    }
    let all = Double(counts.reduce(0, +))
    return counts.map { 100 * Double($0) / all }
  }

  /// The outline of bars.
  private func steps(_ shares: [Double], _ axis: PlotAxis) -> [(x: Double, y: Double)] {
    let width = (axis.upper - axis.lower) / Double(Self.bins)
    var points = [(x: axis.lower, y: 0.0)]
    for (index, share) in shares.enumerated() {
      points.append((axis.lower + Double(index) * width, share))
      points.append((axis.lower + Double(index + 1) * width, share))
    }
    return points + [(axis.upper, 0)]
  }

  /// Both axes by normal deviates: normally distributed scores give a straight line.
  private var det: String {
    let curve = DetectionTradeoff(rates)
    let eer = rates.equalErrorRate.rate
    // Both axes show one range: from the smallest rate that so many trials can tell.
    let lowest = min((curve.fnr + curve.fpr).filter { $0 > 0 }.min() ?? 0.001, 0.01)
    func axis(_ title: String) -> PlotAxis {
      .deviate(title, lowest: lowest, highest: min(max(eer * 2, 0.4), 0.99))
    }
    let frame = PlotFrame(
      x: axis("false acceptances, % of nontargets"),
      y: axis("false refusals, % of targets"), label: "the DET curve", id: "det", height: 420)
    let diagonal = frame.path([(frame.x.lower, frame.y.lower), (frame.x.upper, frame.y.upper)])
    var content =
      PlotFrame.line("rule", diagonal) + PlotFrame.line("line s0", frame.path(visible(curve, frame)))
    if eer == 0 {
      let middle = (PlotFrame.width / 2, frame.height / 3)
      content += PlotFrame.words("both rates reach 0", "title", anchor: "middle", middle)
    }
    let shown = frame.x.lower <= eer && eer <= frame.x.upper
    let text = "EER \(Decimals.text(eer * 100, places: 2)) %"
    let mark = shown ? PlotStyle.mark(0, at: frame.place(eer, eer), text) + "\n" : ""
    return figure(
      "DET curve", frame.svg(content, marks: mark),
      PlotStyle.legend(0, isFine: false, text) + "<span>dashed: both rates equal</span>")
  }

  /// The points that lie at least a unit of the SVG from the one before: the curve only goes one way.
  private func visible(_ curve: DetectionTradeoff, _ frame: PlotFrame) -> [(x: Double, y: Double)] {
    var points: [(x: Double, y: Double)] = []
    var last: (x: Double, y: Double)?
    for index in curve.threshold.indices {
      let place = frame.place(curve.fpr[index], curve.fnr[index])
      if let last, index + 1 < curve.threshold.count, abs(place.x - last.x) < 1, abs(place.y - last.y) < 1 {
        continue
      }
      last = place
      points.append((curve.fpr[index], curve.fnr[index]))
    }
    return points
  }

  private func figure(_ title: String, _ svg: String, _ legend: String) -> String {
    "<figure>\n<figcaption>\(title)</figcaption>\n\(svg)<p class=\"legend\">\(legend)</p>\n</figure>\n"
  }

  /// EER and minDCF at the prior that speaker verification mostly uses.
  var summary: String {
    let cost = Decimals.text(rates.minimumCost(targetPrior: 0.01), places: 4)
    let (eer, threshold) = rates.equalErrorRate
    return "EER \(Decimals.text(eer * 100, places: 2)) % at \(Decimals.text(threshold, places: 4)), "
      + "minDCF \(cost) (p_target 0.01), \(scores.count) trials"
  }
}
