// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// The curves that a run's measurements make: what has one word before the slash shares a chart.
struct RunCurves {
  private let lines: [MetricsLine]

  init(_ lines: [MetricsLine]) { self.lines = lines }

  /// What is known of a chart; others are called by their word.
  private static let known: [(group: String, title: String, unit: String, isShare: Bool)] = [
    ("loss", "Loss", "loss", false), ("accuracy", "Accuracy", "accuracy, %", true),
    ("eer", "Equal error rate", "EER, %", true), ("lr", "Learning rate", "learning rate", false),
    ("margin", "Angular margin", "margin, radians", false), ("speed", "Speed", "utterances / s", false),
  ]
  /// Of no use as a curve.
  private static let hidden: Set<String> = [Metric.seconds]

  private static func group(_ name: String) -> String { String(name.prefix { $0 != "/" }) }

  private static func isShare(_ name: String) -> Bool {
    known.contains { $0.group == group(name) && $0.isShare }
  }

  /// A column's heading, with its unit.
  static func heading(_ name: String) -> String { isShare(name) ? name + ", %" : name }

  /// A value under that heading.
  static func text(_ value: Double, of name: String) -> String {
    isShare(name) ? Decimals.text(value * 100, places: 2) : LineChart.figure(value)
  }

  /// A chart a group that has any number: the known ones first, in their order, then the others by name.
  var charts: [LineChart] {
    let names = Set(lines.flatMap(\.values.keys)).subtracting(Self.hidden)
    let order = Self.known.map(\.group)
    let others = Set(names.map(Self.group)).subtracting(order).sorted()
    return (order + others).enumerated().compactMap { index, group in
      let members = names.filter { Self.group($0) == group }.sorted()
      guard !members.isEmpty else { return nil }
      let known = Self.known.first { $0.group == group }
      return LineChart(
        group: group, title: known?.title ?? group, yTitle: known?.unit ?? group,
        // What losses come down to is not known before.
        isFromZero: known != nil && group != "loss",
        series: members.map { series($0, scale: known?.isShare == true ? 100 : 1) }, id: "curve-\(index)")
    }
  }

  /// One name's values. Where both kinds of line have it, as the learning rate, the finer one is taken.
  private func series(_ name: String, scale: Double) -> LineChart.Series {
    let measured = lines.filter { $0.values[name] != nil }
    let hasSteps = measured.contains { $0.kind == .step }
    let points = measured.filter { !hasSteps || $0.kind == .step }.map { line in
      (x: Double(line.iteration), y: (line.values[name] ?? 0) * scale)
    }
    let word = name.contains("/") ? String(name.drop { $0 != "/" }.dropFirst()) : name
    return LineChart.Series(name: Self.words[word] ?? word, points: points, isFine: word == "step")
  }

  private static let words = [
    "step": "each step", "train": "training, mean of an epoch", "validation": "held out",
    "trials": "validation trials", "old-trials": "old domain's trials",
  ]
}
