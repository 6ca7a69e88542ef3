// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// The part of the page that shows how large the differences of each tensor are: bars over powers of two.
struct DiffPageHistograms {
  private let changes: [DiffReport.Change]

  init(_ changes: [DiffReport.Change]) { self.changes = changes }

  static let most = 24

  var html: String {
    let figures = changes.compactMap { change in
      change.numbers?.histogram.map { figure(change.path.shown, $0) }
    }
    guard !figures.isEmpty else { return "" }
    let more = figures.count > Self.most ? "<p>and \(figures.count - Self.most) more</p>\n" : ""
    return """
      <h2>differences by size</h2>
      <p>How many elements differ by how much: |a - b| from left to right in powers of two, counts as bars.</p>
      <div class="figures">
      \(figures.prefix(Self.most).joined())</div>
      \(more)
      """
  }

  private func figure(_ path: String, _ histogram: TensorDifference.Histogram) -> String {
    let top = histogram.counts.max() ?? 1
    let bars = histogram.counts.enumerated().filter { $0.element > 0 }.map { index, count in
      // A single element is still to be seen.
      let height = max(1, 40 * count / top)
      let from = histogram.lowest + index * histogram.octaves
      let title = "2^\(from) to 2^\(from + histogram.octaves): \(count)"
      return "<rect x=\"\(index * 10)\" y=\"\(40 - height)\" width=\"9\" height=\"\(height)\">"
        + "<title>\(title)</title></rect>"
    }
    let end = histogram.lowest + histogram.counts.count * histogram.octaves
    let total = histogram.counts.reduce(0, +)
    return """
      <figure>
      <figcaption>\(DiffPage.escaped(path))</figcaption>
      <svg viewBox="0 0 240 40" preserveAspectRatio="none" role="img" aria-label="\(total) differences">\(bars.joined())</svg>
      <p>2^\(histogram.lowest) to 2^\(end), \(Words.count(total, "element")), tallest bar \(top)</p>
      </figure>

      """
  }
}
