// SPDX-License-Identifier: Apache-2.0

/// The second word of `rows` and what follows it.
public enum RowChoice: Sendable, Hashable {
  /// These rows in this order: `0,5,7-9`.
  case pick(String)
  /// All rows in the order of a file: one old row number a line.
  case order(file: String)
  /// Rows move by name from one list of labels to another.
  case labels(old: String, new: String, fill: Fill?)
  /// 3N rows of a classifier trained with speed perturbation to N.
  case unperturb

  /// What the row of a label that is new becomes.
  public enum Fill: String, Sendable, CaseIterable { case mean, zero }

  init(words: [String]) throws(CheckpointError) {
    switch (words.first, words.count) {
    case ("pick", 2): self = .pick(words[1])
    case ("order", 2): self = .order(file: words[1])
    case ("labels", 3): self = .labels(old: words[1], new: words[2], fill: nil)
    case ("labels", 5) where words[3] == "init":
      guard let fill = Fill(rawValue: words[4]) else {
        throw CheckpointError(
          .wrongWords, "`init \(words[4])` is not known", hint: "`init mean` or `init zero`")
      }
      self = .labels(old: words[1], new: words[2], fill: fill)
    case ("unperturb", 1): self = .unperturb
    default:
      throw CheckpointError(
        .wrongWords, "`rows` does not know `\(words.joined(separator: " "))`",
        hint:
          "after the pattern: `pick 0,5,7-9`, `order FILE`, `labels OLD NEW [init mean|zero]` or `unperturb`")
    }
  }

  var words: [String] {
    switch self {
    case .pick(let list): ["pick", list]
    case .order(let file): ["order", file]
    case .labels(let old, let new, let fill):
      ["labels", old, new] + (fill.map { ["init", $0.rawValue] } ?? [])
    case .unperturb: ["unperturb"]
    }
  }

  /// The rows of the result out of `count` old ones, and what to say about them.
  func sources(of count: Int) throws(CheckpointError) -> (rows: [RowSource], notes: [String]) {
    switch self {
    case .pick(let list): return (try Self.picked(list, count).map { .row($0) }, [])
    case .order(let file): return (try Self.ordered(file, count).map { .row($0) }, [])
    case .unperturb:
      guard count > 0, count % 3 == 0 else {
        throw CheckpointError(
          .misfit, "its \(count) rows are not three times a number of speakers",
          hint: "`rows PATTERN pick 0-N` takes rows by number")
      }
      // speakerlab/dataset/dataset.py: label + N * speed_idx, with speeds 1.0, 0.9, 1.1 in this order.
      return (
        (0..<count / 3).map { .row($0) }, ["rows \(count / 3) to \(count - 1) belong to speeds 0.9 and 1.1"]
      )
    case .labels(let old, let new, let fill): return try Self.moved(old, new, fill, count)
    }
  }

  private static func picked(_ list: String, _ count: Int) throws(CheckpointError) -> [Int] {
    var rows: [Int] = []
    for range in try ranges(list) {
      guard range.upperBound < count else {
        throw CheckpointError(
          .misfit, "there is no row \(range.upperBound)",
          hint: "its \(count) rows count from 0 to \(count - 1)")
      }
      rows += range
    }
    return rows
  }

  /// `0,5,7-9` as closed ranges.
  static func ranges(_ list: String) throws(CheckpointError) -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends[0], let last = ends[ends.count - 1], ends.count <= 2, first <= last, first >= 0
      else {
        throw CheckpointError(
          .wrongWords, "`\(part)` is neither a row nor a range of rows", hint: "`pick 0,5,7-9` counts from 0")
      }
      ranges.append(first...last)
    }
    return ranges
  }

  private static func ordered(_ file: String, _ count: Int) throws(CheckpointError) -> [Int] {
    let lines = try LabelFile.lines(of: file)
    guard lines.count == count else {
      throw CheckpointError(
        .misfit, "it has \(lines.count) lines, but there are \(count) rows", at: .init(file: file),
        hint: "one old row number a line, every row once; `pick` leaves rows out")
    }
    var seen = [Int?](repeating: nil, count: count)
    var rows: [Int] = []
    for (index, line) in lines.enumerated() {
      guard let row = Int(line.shown), (0..<count).contains(row) else {
        throw CheckpointError(
          .misfit, "line \(index + 1): `\(line)` is no row", at: .init(file: file),
          hint: "the rows count from 0 to \(count - 1)")
      }
      if let other = seen[row] {
        throw CheckpointError(
          .misfit, "lines \(other + 1) and \(index + 1) are both row \(row)", at: .init(file: file),
          hint: "an order names every row once")
      }
      seen[row] = index
      rows.append(row)
    }
    return rows
  }

  private static func moved(
    _ old: String, _ new: String, _ fill: Fill?, _ count: Int
  ) throws(CheckpointError) -> (rows: [RowSource], notes: [String]) {
    let before = try LabelFile(old).labels
    let after = try LabelFile(new).labels
    guard before.count == count else {
      throw CheckpointError(
        .misfit, "it has \(before.count) labels, but there are \(count) rows", at: .init(file: old),
        hint: before.count * 3 == count ? "`rows PATTERN unperturb` first" : "one label a row")
    }
    var rowOf: [Text: Int] = [:]
    for (row, label) in before.enumerated() { rowOf[label] = row }
    let fresh = after.filter { rowOf[$0] == nil }
    guard fresh.isEmpty || fill != nil else {
      throw CheckpointError(
        .ambiguous, "\(Prose.list(fresh.map(\.shown))) \(fresh.count == 1 ? "has" : "have") no row yet",
        at: .init(file: new),
        hint: "`init mean` gives such labels the mean of all rows, `init zero` zeros")
    }
    guard fresh.count < after.count else {
      throw CheckpointError(
        .misfit, "none of its labels is in \(old)", at: .init(file: new),
        hint: "the names must be the same in both")
    }
    let rows = after.map { label -> RowSource in
      rowOf[label].map { .row($0) } ?? (fill == .mean ? .mean : .zero)
    }
    let kept = Set(after)
    let gone = before.filter { !kept.contains($0) }
    var notes: [String] = []
    if let fill, !fresh.isEmpty {
      notes.append("new, \(fill): \(Prose.list(fresh.map(\.shown), limit: 20))")
    }
    if !gone.isEmpty { notes.append("gone: \(Prose.list(gone.map(\.shown), limit: 20))") }
    return (rows, notes)
  }
}
