// SPDX-License-Identifier: Apache-2.0

/// `rows PATTERN ...`: the rows of a classifier, weight and bias together, are picked, put in another order, moved to
/// another list of labels, or brought back from three speeds to one.
///
/// Rows are the first dimension. They are gathered when the plan is written.
public struct Rows: WordPass {
  package static let word = "rows"
  package static let usage = "PATTERN OPERATION..."
  package static let synopsis = "rows PATTERN pick 0,5,7-9"
  package static let summary: String? = """
    rows of a classifier; also order FILE, unperturb,
    labels OLD NEW [init mean|zero]
    """
  /// Tensors whose first dimensions are equal.
  public var pattern: Text
  /// Where the rows of the result come from.
  public var choice: RowChoice

  /// What is wrong with the words is said when the pass is applied.
  public init(_ pattern: Text, _ choice: RowChoice) {
    self.pattern = pattern
    self.choice = choice
  }

  package init(arguments: [String]) throws(CheckpointError) {
    guard arguments.count >= 2 else { throw Self.wrongCount(arguments) }
    pattern = Text(arguments[0])
    choice = try RowChoice(words: Array(arguments.dropFirst()))
    try check()
  }

  package var arguments: [Text] { [pattern] + choice.words.map { Text($0) } }

  private func check() throws(CheckpointError) {
    _ = try Pattern(pattern)
    if case .pick(let list) = choice { _ = try RowChoice.ranges(list) }
  }

  /// - Throws: `wrongWords`, `nothingMatched` and `ambiguous` for the words and the lists that they name;
  /// `misfit` where rows and lists do not go together; `unrepresentable` for a mean of rows that are no
  /// numbers; what reading a list throws.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    let found = try Selection(document, [pattern], word: Self.word).tensors(of: document)
    guard let first = found.first else {
      throw CheckpointError(
        .nothingMatched, "`\(pattern)` matches no tensor",
        hint: "`resect ls FILE \(ShellWords.safe(pattern))` shows what it matches")
    }
    try checkRows(found)
    let (rows, notes): ([RowSource], [String])
    do throws(CheckpointError) {
      (rows, notes) = try choice.sources(of: first.tensor.shape[0])
    } catch { throw error.location.file == nil ? error.at(key: first.path) : error }
    if rows.contains(.mean), let odd = found.first(where: { $0.tensor.dtype.realPart == nil }) {
      throw CheckpointError(
        .unrepresentable, "\(odd.tensor.dtype) rows have no mean", at: .init(key: odd.path),
        hint: "`init zero`")
    }
    let original = document
    var storages: [TensorRecord: StorageID] = [:]
    for (node, path, tensor) in found {
      let view = tensor.bareView
      let gathered = try document.gatheredRows(of: tensor, in: original, rows, into: storages[view])
      storages[view] = gathered.storage
      document[node] = .tensor(gathered)
      report.changes.append(
        .init(.replaced, from: path, to: path, detail: "\(tensor.shape[0]) -> \(rows.count) rows"))
    }
    report.notes += notes
    try noteOthers(found.map(\.node), original, &report)
  }

  private func checkRows(_ found: [Selection.Tensor]) throws(CheckpointError) {
    for (_, path, tensor) in found {
      guard let rows = tensor.shape.first else {
        throw CheckpointError(
          .misfit, "it is a scalar and has no rows", at: .init(key: path),
          hint: "a pattern of the classifier alone")
      }
      guard rows == found[0].tensor.shape[0] else {
        throw CheckpointError(
          .misfit, "it has \(rows) rows, but `\(found[0].path)` has \(found[0].tensor.shape[0])",
          at: .init(key: path),
          hint: "a pattern of the classifier's weight and bias alone")
      }
    }
  }

  /// Tensors that were tied to one that changed.
  private func noteOthers(
    _ changed: [NodeID], _ original: Document, _ report: inout PassReport
  ) throws(CheckpointError) {
    let nodes = Set(changed)
    var storages: Set<StorageID> = []
    for node in changed { if case .tensor(let tensor) = original[node] { storages.insert(tensor.storage) } }
    var walk = DocumentWalk(original)
    while let step = walk.next() {
      guard case .enter(let node, _) = step, case .tensor(let tensor) = original[node], !nodes.contains(node),
        storages.contains(tensor.storage)
      else { continue }
      report.notes.append("`\(try walk.path())` shared memory with rows that changed and stays as it was")
    }
  }
}

extension Pass where Self == Rows {
  /// Picks, orders, extends or reduces the rows of every tensor that a pattern selects.
  public static func rows(_ pattern: Text, _ choice: RowChoice) -> Self { Rows(pattern, choice) }
}
