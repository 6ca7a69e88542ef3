// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// The strip of the page that shows how much every layer changed: a cell a layer, in the file's order.
struct DiffPageHeat {
  private let layers: [DiffReport.Layer]

  init(_ layers: [DiffReport.Layer]) { self.layers = layers }

  /// From these changes on a cell is one shade stronger.
  static let steps: [(change: Double, name: String)] = [
    (1e-7, "1e-7"), (1e-6, "1e-6"), (1e-5, "1e-5"), (1e-4, "1e-4"), (1e-3, "0.001"), (1e-2, "0.01"),
    (1e-1, "0.1"),
  ]

  var html: String {
    guard !layers.isEmpty else { return "" }
    return """
      <h2>change per layer</h2>
      <p>\(summary), in the order of a.</p>
      \(groups.map(strip).joined())<p class="legend">\(legend)</p>

      """
  }

  private var summary: String {
    "\(layers.count { $0.different > 0 }) of \(Words.count(layers.count, "layer")) differ"
  }

  /// Layers that follow each other below one name at the top: a network, an optimizer.
  private var groups: [(name: Text, layers: [DiffReport.Layer])] {
    var groups: [(name: Text, layers: [DiffReport.Layer])] = []
    for layer in layers {
      let name = layer.path.contains("/") ? layer.path.prefix(before: "/") : ""
      if groups.last?.name != name { groups.append((name, [])) }
      groups[groups.count - 1].layers.append(layer)
    }
    return groups
  }

  private func strip(_ group: (name: Text, layers: [DiffReport.Layer])) -> String {
    let name = group.name.isEmpty ? "" : "<h3>\(DiffPage.escaped("\(group.name)"))</h3>\n"
    return name + "<div class=\"strip\">\n\(group.layers.map(cell).joined())</div>\n"
  }

  private func cell(_ layer: DiffReport.Layer) -> String {
    let name = layer.path.isEmpty ? "(top)" : layer.path
    let change = layer.change.map { "change \(Words.figure($0))" } ?? "no number for the change"
    let title = "\(name): \(layer.different) of \(Words.count(layer.tensors, "tensor")) different, \(change)"
    return "<span class=\"\(Self.shade(layer))\" title=\"\(DiffPage.escaped(title))\"></span>\n"
  }

  static func shade(_ layer: DiffReport.Layer) -> String {
    guard let change = layer.change else { return "none" }
    if change == 0 { return layer.different > 0 ? "h1" : "h0" }
    return "h\(1 + steps.count { change >= $0.change })"
  }

  private var legend: String {
    let shades =
      [("h0", "equal"), ("h1", "below 1e-7")]
      + Self.steps.enumerated().map { index, step in
        ("h\(index + 2)", "from \(step.name)")
      }
    return (shades + [("none", "no number")])
      .map { "<span class=\"\($0.0)\"></span>\($0.1)" }.joined(separator: " ")
  }
}
