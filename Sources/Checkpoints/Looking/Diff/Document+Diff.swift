// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// Compares this document (`a`) with another (`b`): structure, then numbers.
  ///
  /// Tensors are read in pieces, so that memory is bounded whatever their sizes.
  ///
  /// - Parameter onBytes: called with the number of bytes of `a` that were compared, now and then.
  /// - Throws: what reading throws; `nothingMatched` for a prefix that is not there; `wrongWords` for a branch that
  ///   was asked for where no layout is used.
  public func compared(
    with other: Document, options: DiffOptions = DiffOptions(), onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) -> DiffReport {
    var a = try DiffPreparation(self, unprefixing: options.unprefixA)
    var b = try DiffPreparation(other, unprefixing: options.unprefixB)
    if options.usesLayout {
      (a, b) = try DiffPreparation.byLayout(a, b, branch: options.branch)
      (a, b) = try DiffPreparation.byFolding(a, b)
    }
    if let branch = options.branch, a.layout == nil, b.layout == nil {
      throw CheckpointError(
        .wrongWords, "the branch `\(branch)` was asked for, but no backbone was taken out of either file",
        hint: "`resect strip FILE --branch \(ShellWords.safe(branch)) -o OUT`, then compare OUT")
    }
    var comparison = try Comparison(a, b, options, onBytes)
    try comparison.compareTensors(onBytes)
    comparison.compareValues()
    comparison.compareKeys()
    try a.side.checkUnchanged()
    try b.side.checkUnchanged()
    return comparison.finished(listsParts: options.listsParts)
  }
}

/// The comparison of two sides, and the report as far as it is known.
private struct Comparison {
  private let a: DiffSide
  private let b: DiffSide
  private let pairing: TensorPairing
  private var report: DiffReport
  private var layers: OrderedDictionary<Text, DiffReport.Layer> = [:]
  private var tensors: [StoryTensor] = []

  init(
    _ a: DiffPreparation, _ b: DiffPreparation, _ options: DiffOptions, _ onBytes: (Int) -> Void
  ) throws(CheckpointError) {
    (self.a, self.b) = (a.side, b.side)
    pairing = try TensorPairing(a.side, b.side, onBytes: onBytes)
    report = DiffReport(a: a.report, b: b.report, equal: true, tolerance: options.tolerance)
    report.moved = pairing.pairs.compactMap { pair in
      pair.by.map { .init(from: pair.a, to: pair.b, by: $0.rawValue) }
    }
    report.prefixes = pairing.prefixes
    report.ambiguous = pairing.ambiguous
    report.removed = pairing.removed.compactMap { path in self.a.tensors[path].map { .init(path, $0) } }
    report.added = pairing.added.compactMap { path in self.b.tensors[path].map { .init(path, $0) } }
    report.ties = DiffReport.Ties(pairing.pairs, self.a, self.b)
    report.notes = a.notes + b.notes + DiffNotes.notes(pairing.pairs, self.a, self.b)
  }

  mutating func compareTensors(_ onBytes: (Int) -> Void) throws(CheckpointError) {
    struct Records: Hashable {
      var a: TensorRecord
      var b: TensorRecord
    }
    // Tied tensors are compared once.
    var known: [Records: TensorComparison] = [:]
    for pair in pairing.pairs {
      guard let x = a.tensors[pair.a], let y = b.tensors[pair.b] else { continue }
      let records = Records(a: x, b: y)
      if known[records] == nil, pair.by == .content { known[records] = .bitEqual }
      if known[records] == nil {
        do throws(CheckpointError) {
          known[records] = try TensorComparison(a.reader(x), b.reader(y), report.tolerance, onBytes: onBytes)
        } catch {
          let file = error.location.file ?? a.document.source?.file
          throw error.at(file: file, key: pair.a)
        }
      }
      if let comparison = known[records] { add(pair, x, y, comparison) }
    }
    sortChanged()
  }

  private mutating func add(
    _ pair: TensorPairing.Pair, _ x: TensorRecord, _ y: TensorRecord, _ comparison: TensorComparison
  ) {
    report.counts.paired += 1
    if x.dtype != y.dtype { report.counts.dtype += 1 }
    if x.shape != y.shape { report.counts.shape += 1 }
    let isDifferent = x.dtype != y.dtype || !comparison.isEqual
    var change = DiffReport.Change(
      path: pair.a, pathB: pair.by == nil ? nil : pair.b,
      dtype: .init(a: x.dtype.rawValue, b: y.dtype.rawValue),
      shape: .init(a: x.shape, b: y.shape))
    switch comparison {
    case .bitEqual: report.counts.bitEqual += 1
    case .otherShape: report.changed.append(change)
    case .numbers(let numbers, let amount, let isWithin, _):
      change.change = amount
      change.numbers = numbers
      if isWithin && !isDifferent { change.withinTolerance = true }
      report.changed.append(change)
      if !isDifferent { report.counts.withinTolerance += 1 }
    }
    if isDifferent { report.counts.different += 1 }
    addToLayer(pair.a, isDifferent: isDifferent, comparison)
    tensors.append(
      StoryTensor(
        path: pair.a, tensor: x, fate: .init(comparison, DTypePair(a: x.dtype, b: y.dtype)),
        isRenamed: pair.by != nil))
  }

  private mutating func addToLayer(_ path: Text, isDifferent: Bool, _ comparison: TensorComparison) {
    let end = max(path.lastIndex(of: ".") ?? 0, path.lastIndex(of: "/") ?? 0)
    let name = path[0..<end]
    var layer = layers[name] ?? .init(path: name, tensors: 0, different: 0, change: 0)
    layer.tensors += 1
    if isDifferent { layer.different += 1 }
    if let amount = comparison.amount, let known = layer.change {
      layer.change = max(known, amount)
    } else {
      layer.change = nil
    }
    layers[name] = layer
  }

  /// What has no number first, then the largest change.
  private mutating func sortChanged() {
    func amount(_ change: DiffReport.Change) -> Double { change.change ?? .infinity }
    let order = report.changed.indices.sorted {
      let (x, y) = (report.changed[$0], report.changed[$1])
      let (first, second) = (x.withinTolerance ?? false, y.withinTolerance ?? false)
      if first != second { return second }
      return amount(x) != amount(y) ? amount(x) > amount(y) : $0 < $1
    }
    report.changed = order.map { report.changed[$0] }
  }

  mutating func compareValues() {
    for (path, value) in a.values {
      let other = b.values[path]
      if let other, value.isSame(as: other) { continue }
      report.values.append(.init(path: path, a: value.shown, b: other?.shown))
    }
    for (path, value) in b.values where a.values[path] == nil {
      report.values.append(.init(path: path, a: nil, b: value.shown))
    }
  }

  /// Where a form has texts alone, what was no text is only noted.
  mutating func compareKeys() {
    let differences = a.keys.differences(from: b.keys)
    guard let first = differences.first else { return }
    if let bare = [a, b].first(where: { $0.document.source?.hasTextKeysAlone == true }) {
      let format = bare.document.source?.format.rawValue ?? ""
      let keys = differences.count == 1 ? "a key is" : "\(differences.count) keys are"
      report.notes.append(
        "\(keys) no text in one file, and \(format) has texts alone: taken as equal, first \(first.a) and "
          + "\(first.b) at `\(first.path)`")
    } else {
      report.keys = differences.map { .init(path: $0.path, a: $0.a, b: $0.b) }
      report.counts.keys = differences.count
    }
  }

  func finished(listsParts: Bool) -> DiffReport {
    var report = report
    report.layers = Array(layers.values)
    report.counts.moved = report.moved.count
    report.counts.added = report.added.count
    report.counts.removed = report.removed.count
    report.counts.ambiguous = report.ambiguous.reduce(0) { $0 + $1.a.count + $1.b.count }
    report.counts.ties = report.ties.a.count + report.ties.b.count
    report.counts.values = report.values.count
    let counts = report.counts
    report.equal =
      counts.different + counts.moved + counts.added + counts.removed + counts.ambiguous + counts.ties
      + counts.values + (counts.keys ?? 0) == 0
    report.tell(tensors, a, b, listsParts: listsParts)
    return report
  }
}

extension DiffReport.Tensor {
  fileprivate init(_ path: Text, _ tensor: TensorRecord) {
    self.init(path: path, dtype: tensor.dtype.rawValue, shape: tensor.shape, bytes: tensor.byteCount)
  }
}
