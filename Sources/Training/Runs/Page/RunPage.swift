// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// A training run as one HTML page: curves, scores, figures and settings.
package struct RunPage {
  private let experiment: String
  private let lines: [MetricsLine]
  private let settings: [SettingsFile]
  private let scores: ScoreCharts?

  /// Reads what lies in an experiment's folder.
  ///
  /// - Parameter scores: a file of `score --scores`.
  /// - Throws: `unreadable` where there are neither metrics nor scores to show; what reading the files throws.
  package init(experiment: String, scores path: String?) throws(CheckpointError) {
    guard FileSystem.kind(of: experiment) == .folder else {
      throw CheckpointError(.unreadable, "there is no such folder", at: .init(file: experiment))
    }
    self.experiment = experiment
    let metrics = FilePath.join(experiment, MetricsFile.name)
    if try FileSystem.kind(of: MetricsFile.name, in: experiment) == .absent, path != nil {
      lines = []
    } else {
      lines = try MetricsFile.read(metrics)
    }
    settings = try SettingsFile.all(in: experiment)
    if let path { scores = try ScoreCharts(ScoreFile(path)) } else { scores = nil }
  }

  package var steps: Int { lines.count { $0.kind == .step } }
  package var epochs: Int { lines.count { $0.kind == .epoch && $0.epoch > 0 } }

  package var html: String {
    HTMLPage(title: "Training run \(experiment)", style: Self.style + "\n" + PlotStyle.css, body: body).html
  }

  private var body: String {
    var body = "<p class=\"summary\">\(HTMLPage.escaped(summary))</p>\n"
    let charts = RunCurves(lines.filter { $0.kind != .blend }).charts.map(\.html).joined()
    if !charts.isEmpty { body += "<h2>Curves</h2>\n<div class=\"figures\">\n\(charts)</div>\n" }
    if let scores {
      body += "<h2>Scores</h2>\n<p>\(HTMLPage.escaped(scores.summary)).</p>\n\(scores.html)"
    }
    body += epochTable + blendTable
    if !settings.isEmpty { body += "<h2>Settings</h2>\n" + settings.map(\.html).joined() }
    return body
  }

  private var summary: String {
    guard let last = lines.last else { return "No metrics." }
    var parts = ["\(epochs) epoch\(epochs == 1 ? "" : "s")", "\(last.iteration) iterations"]
    let seconds = lines.reduce(0) { $0 + ($1.kind == .epoch ? $1.values[Metric.seconds] ?? 0 : 0) }
    if seconds > 0 { parts.append("\(LiveTable.clock(seconds)) of training") }
    let measured = lines.filter { $0.kind == .epoch }
    if let loss = measured.last?.values[Metric.loss] { parts.append("loss \(LineChart.figure(loss))") }
    func best(_ name: String, _ words: String, _ choose: ([Double]) -> Double?) {
      guard let value = choose(measured.compactMap { $0.values[name] }.filter(\.isFinite)) else { return }
      parts.append("\(words) \(Decimals.text(value * 100, places: 2)) %")
    }
    best(Metric.heldOutAccuracy, "best held-out accuracy") { $0.max() }
    best(Metric.equalErrorRate, "lowest EER") { $0.min() }
    return parts.joined(separator: " · ")
  }

  /// The figures of every epoch, for those who want the numbers.
  private var epochTable: String {
    let measured = lines.filter { $0.kind == .epoch }
    let names = Set(measured.flatMap(\.values.keys)).sorted()
    guard !measured.isEmpty else { return "" }
    let rows = measured.map { line in
      [String(line.epoch), String(line.iteration)]
        + names.map { name in line.values[name].map { RunCurves.text($0, of: name) } ?? "" }
    }
    let header = ["epoch", "iteration"] + names.map(RunCurves.heading)
    return "<h2>Epochs</h2>\n" + HTMLPage.table(header: header, rows: rows)
  }

  /// The points that were tried between the run's start and its end.
  private var blendTable: String {
    let tried = lines.filter { $0.kind == .blend }
    guard !tried.isEmpty else { return "" }
    let names = Set(tried.flatMap(\.values.keys)).subtracting([Metric.share, Metric.kept]).sorted()
    let rows = tried.map { line in
      [Decimals.text(line.values[Metric.share] ?? 0, places: 1)]
        + names.map { name in line.values[name].map { RunCurves.text($0, of: name) } ?? "" }
        + [line.values[Metric.kept] == 1 ? "kept" : ""]
    }
    let header = ["end's share"] + names.map(RunCurves.heading) + [""]
    return "<h2>Between start and end</h2>\n" + HTMLPage.table(header: header, rows: rows)
  }

  private static let style = """
    .summary { font-weight: 600; }
    h3 { font-size: 0.95rem; margin: 1rem 0 0.25rem; }
    """
}
