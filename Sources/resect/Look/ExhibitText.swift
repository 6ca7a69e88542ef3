// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit

/// One tensor or value as lines of `name  figure`.
enum ExhibitText {
  static func text(_ exhibit: Exhibit) -> String {
    if let composite = exhibit.composite { return text(composite, exhibit.path) }
    guard let tensor = exhibit.tensor else {
      return "\(Words.plain(exhibit.path))  \(Words.plain(exhibit.type))\n"
        + Words.python(exhibit.value ?? .null) + "\n"
    }
    return Words.plain(exhibit.path) + "\n" + figures(tensor) + histogram(tensor.statistics?.histogram)
      + first(tensor)
  }

  /// The whole in a few lines, then each part as it would show by itself.
  private static func text(_ composite: Exhibit.Composite, _ path: Text) -> String {
    var table = TextTable(.left, .left)
    let kind =
      (composite.isParameter ? ", parameter" : "") + (composite.requires_grad ? ", requires grad" : "")
    table.add(["layout", composite.layout])
    if let name = composite.className { table.add(["class", Words.plain(name)]) }
    table.add(["dtype", composite.dtype + kind])
    table.add(["shape", Words.shape(composite.shape)])
    table.add(["bytes", Words.bytes(composite.bytes)])
    for part in composite.parts where part.tensor == nil {
      table.add([Words.plain(part.name), Words.python(part.value ?? .null)])
    }
    var text = Words.plain(path) + "\n" + table.text
    for part in composite.parts {
      guard let tensor = part.tensor else { continue }
      text +=
        "\n" + Words.plain(part.name) + "\n" + figures(tensor) + histogram(tensor.statistics?.histogram)
        + first(tensor)
    }
    return text
  }

  private static func figures(_ tensor: Exhibit.Tensor) -> String {
    var table = TextTable(.left, .left)
    func list(_ numbers: [Int]) -> String { "(" + numbers.map(String.init).joined(separator: ", ") + ")" }
    let kind = (tensor.isParameter ? ", parameter" : "") + (tensor.requires_grad ? ", requires grad" : "")
    table.add(["dtype", tensor.dtype + kind])
    table.add(["shape", "\(Words.shape(tensor.shape)), \(Words.count(tensor.elements, "element"))"])
    table.add(["bytes", Words.bytes(tensor.bytes)])
    table.add(["strides", list(tensor.strides) + (tensor.isContiguous ? "" : ", not contiguous")])
    table.add([
      "storage", "\(tensor.storage), \(Words.bytes(tensor.storageBytes)), from element \(tensor.offset)",
    ])
    guard let statistics = tensor.statistics else {
      table.add(["values", "packed several to a byte; they are not taken apart"])
      return table.text
    }
    if let of = statistics.of { table.add(["figures", "of its \(of)"]) }
    if let min = statistics.min { table.add(["min", element(min, tensor.dtype)]) }
    if let max = statistics.max { table.add(["max", element(max, tensor.dtype)]) }
    if let mean = statistics.mean { table.add(["mean", "\(mean)"]) }
    if let std = statistics.std { table.add(["std", "\(std)"]) }
    table.add(["zeros", "\(statistics.zeros)"])
    table.add(["NaN", "\(statistics.nan)"])
    table.add(["infinite", "\(statistics.infinite)"])
    return table.text
  }

  private static func histogram(_ histogram: TensorStatistics.Histogram?) -> String {
    guard let histogram else { return "" }
    let largest = histogram.counts.max() ?? 1
    let width = (histogram.upper - histogram.lower) / Double(histogram.counts.count)
    var table = TextTable(.right, .right, .left)
    for (bin, count) in histogram.counts.enumerated() {
      let bar = (count * 40 + largest - 1) / max(largest, 1)
      table.add([
        significant(histogram.lower + Double(bin) * width), "\(count)", String(repeating: "#", count: bar),
      ])
    }
    return "histogram, each bin from the value on its left\n" + table.text
  }

  private static func first(_ tensor: Exhibit.Tensor) -> String {
    guard !tensor.first.isEmpty else { return "" }
    let more = tensor.elements > tensor.first.count ? ", ..." : ""
    return "first   " + tensor.first.map { element($0, tensor.dtype) }.joined(separator: ", ") + more + "\n"
  }

  /// As many digits as tell the value from its neighbours of this data type.
  private static func element(_ value: JSONValue, _ dtype: String) -> String {
    guard case .double(let number) = value, number.isFinite, dtype != "float64" else {
      return Words.python(value)
    }
    return "\(Float(number))"
  }

  /// Four significant digits.
  private static func significant(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    var scale = 1.0
    var digits = 3
    while value.magnitude * scale < 1, digits < 12 {
      scale *= 10
      digits += 1
    }
    if value.magnitude < 1e-8 || value.magnitude >= 1e6 { return "\(Float(value))" }
    var size = value.magnitude
    while size >= 10, digits > 0 {
      size /= 10
      digits -= 1
    }
    return Words.fixed(value, digits)
  }
}
