// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import FoundationXML
import TestSupport
import Testing
import Training

@Suite struct RunPageTests {
  /// A run of 3 epochs of 2 steps, with settings and scores.
  static func page(_ folder: TemporaryFolder) throws -> String {
    try MetricsTests.record(1...3, RunLog(in: folder.path, .fresh(replacing: true)))
    try File.write(Array("lr: 0.005\nnote: <b>\"x\" & 'y'\u{202E}\n".utf8), to: folder("config.yaml"))
    try File.write(Array(#"{"plan":{"epochs":3,"freeze":["none"]}}"#.utf8), to: folder("plan.json"))
    try File.write(Array("nested:\n  - <i>\n".utf8), to: folder("other.yml"))
    try File.write(Array(#"{"labels":{"a":0},"schema":1}"#.utf8), to: folder("label_map.json"))
    try File.write(Array("a b 1 0.75\nc d 0 0.25\ne f 1 0.5\ng h 0 0.625\n".utf8), to: folder("t.score"))
    return try RunPage(experiment: folder.path, scores: folder("t.score")).html
  }

  @Test func `the page is well formed and stands alone`() throws {
    let html = try Self.page(TemporaryFolder())
    // All of it but for the two forms that XML does not know.
    let xml = html.replacing("<!doctype html>\n", with: "").replacing(
      try Regex("<meta [^>]*>"), with: "")
    let parser = XMLParser(data: Data(xml.utf8))
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") line \(parser.lineNumber)")
    for word in ["<script", "http:", "https:", "src=", "@import", "<link"] { #expect(!html.contains(word)) }
  }

  @Test func `curves, figures, scores and settings are there`() throws {
    let html = try Self.page(TemporaryFolder())
    for word in [
      "<figcaption>Loss</figcaption>", "<figcaption>Score histogram</figcaption>",
      "<figcaption>DET curve</figcaption>", "3 epochs · 6 iterations · loss 0.3333",
      "training, mean of an epoch, iteration 4: 0.5000", "EER 50.00 % at 0.5000, minDCF 0.5000",
      "<td>3</td><td>6</td><td>0.3333</td>", "<td>plan.freeze.0</td><td>none</td>",
      "<td>lr</td><td>0.005</td>",
      "target (2 trials)",
    ] { #expect(html.contains(word), "\(word)") }
    #expect(!html.contains("label_map"))
  }

  @Test func `what files hold is shown, never obeyed`() throws {
    let html = try Self.page(TemporaryFolder())
    #expect(html.contains("&lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;\\u{202e}"))
    #expect(html.contains("<pre>nested:\n  - &lt;i&gt;\n</pre>"))
    #expect(!html.contains("<b>"))
    #expect(!html.contains("<i>"))
  }

  @Test func `a folder without metrics has scores alone, or nothing`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: CheckpointError(.unreadable, "")) {
      try RunPage(experiment: folder.path, scores: nil)
    }
    #expect(throws: CheckpointError(.unreadable, "")) {
      try RunPage(experiment: folder("none"), scores: nil)
    }
    try File.write(Array("a b 1 0.75\nc d 0 0.25\n".utf8), to: folder("t.score"))
    let html = try RunPage(experiment: folder.path, scores: folder("t.score")).html
    #expect(html.contains("DET curve"))
    #expect(!html.contains("<h2>Curves</h2>"))
  }

  @Test func `a chart skips what is no number, and has none without any`() {
    let chart = LineChart(
      group: "loss", title: "Loss", yTitle: "loss",
      series: [.init(name: "loss", points: [(1, .nan), (2, 1), (3, .infinity), (4, 1e200)], isFine: false)],
      id: "a")
    #expect(chart.series.map(\.points.count) == [1])
    #expect(!chart.html.contains("NaN") && !chart.html.contains("Infinity"))
    let none = LineChart(
      group: "loss", title: "Loss", yTitle: "loss",
      series: [.init(name: "loss", points: [(1, .nan)], isFine: false)], id: "a")
    #expect(none.html.isEmpty)
  }
}
