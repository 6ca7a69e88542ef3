// SPDX-License-Identifier: Apache-2.0

extension LoadingTable {
  /// A line for each status that occurs, with its count, and below it each tensor that is not simply loaded.
  package var text: String {
    var lines: [String] = []
    for status in Status.allCases {
      let some = rows.filter { $0.status == status }
      guard !some.isEmpty || [.loaded, .missing, .unexpected, .misshapen].contains(status) else { continue }
      lines.append(Self.padded(status.rawValue, 12) + "\(some.count)")
      if status == .loaded { continue }
      for row in some.prefix(Self.mostShown) {
        lines.append("  " + Self.padded("\(row.key)", 48) + row.shapes)
      }
      if some.count > Self.mostShown { lines.append("  and \(some.count - Self.mostShown) more") }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// A table longer than a screen helps nobody; `--json` has every row.
  private static let mostShown = 20

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(2, width - text.count))
  }
}

extension LoadingTable.Row {
  fileprivate var shapes: String {
    switch (needed, found) {
    case (let needed?, let found?) where needed != found:
      "\(Self.text(found)) in the file, \(Self.text(needed)) in the network"
    case (let needed?, _): Self.text(needed) + (dtype.map { ", \($0) in the file" } ?? "")
    case (nil, let found): Self.text(found)
    }
  }
}
