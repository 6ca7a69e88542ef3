// SPDX-License-Identifier: Apache-2.0

/// Did you mean: the nearest of some names.
package enum Nearest {
  /// The candidate with the smallest edit distance, if it is near enough to be what was meant.
  package static func match(_ wanted: Text, among candidates: some Sequence<Text>) -> Text? {
    let wantedBytes = wanted.bytes
    var best: (text: Text, distance: Int)?
    for candidate in candidates.prefix(20_000) {
      let limit = min(best?.distance ?? .max, max(1, max(wantedBytes.count, candidate.count) / 3) + 1)
      let distance = self.distance(wantedBytes, candidate.bytes, below: limit)
      if let distance { best = (candidate, distance) }
    }
    return best?.text
  }

  /// The same among words of ours.
  package static func match(_ wanted: String, among candidates: some Sequence<String>) -> String? {
    match(Text(wanted), among: candidates.lazy.map { Text($0) })?.string
  }

  /// Levenshtein's distance with swaps of neighbours, or nil when it is not below `limit`.
  static func distance(_ a: [UInt8], _ b: [UInt8], below limit: Int) -> Int? {
    guard abs(a.count - b.count) < limit else { return nil }
    var before = [Int](repeating: 0, count: b.count + 1)
    var previous = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      row.reserveCapacity(b.count + 1)
      for j in b.indices {
        var cost = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
        row.append(cost)
      }
      if row.allSatisfy({ $0 >= limit }) { return nil }
      (before, previous) = (previous, row)
    }
    return previous[b.count] < limit ? previous[b.count] : nil
  }
}
