// SPDX-License-Identifier: Apache-2.0

/// One checkpoint of a merge: every place of a tensor, and every other leaf, by path.
struct MergeInput {
  struct Site {
    var path: Text
    var node: NodeID
    /// Nil where the document is one tensor.
    var edge: Edge?
  }

  let document: Document
  let file: String
  private(set) var tensors: [Site] = []
  private(set) var leaves: [Site] = []
  private(set) var tensorAt: [Text: NodeID] = [:]
  private(set) var leafAt: [Text: NodeID] = [:]
  private(set) var keys: KeyKinds

  /// Throws `.ambiguous` for an optimizer, and for two values under one path; `.unrepresentable` for sparse,
  /// quantized and other composite tensors.
  init(_ document: Document) throws(CheckpointError) {
    self.document = document
    keys = KeyKinds(document)
    file = document.source?.file ?? ""
    do throws(CheckpointError) {
      try refuseOptimizers()
      try collect()
    } catch { throw error.at(file: file) }
  }

  private mutating func collect() throws(CheckpointError) {
    var walk = EdgeWalk(document)
    while let step = walk.next() {
      guard case .enter(let visit) = step else { continue }
      if !visit.isRepeat, keys.isDict(visit.node) { keys.add(visit.node, at: try walk.path()) }
      if case .composite(let composite) = document[visit.node] {
        throw CheckpointError(
          .unrepresentable, "\(document.describe(composite)) has no merge that is defined",
          at: .init(key: try walk.path()), hint: "`resect edit FILE -o OUT 'drop PATTERN'` first")
      }
      if case .tensor = document[visit.node] {
        let site = Site(path: try walk.path(), node: visit.node, edge: visit.edge)
        tensors.append(site)
        guard tensorAt.updateValue(visit.node, forKey: site.path) == nil else { throw Self.twice(site.path) }
      } else if visit.isRepeat || document.isLeaf(visit.node) {
        let site = Site(path: try walk.path(), node: visit.node, edge: visit.edge)
        leaves.append(site)
        leafAt[site.path] = visit.node
      }
    }
    try walk.checkWhole()
    guard !tensors.isEmpty else {
      throw CheckpointError(
        .emptyResult, "it holds no tensor", hint: "`resect tree FILE` shows what it holds")
    }
  }

  private static func twice(_ path: Text) -> CheckpointError {
    CheckpointError(
      .ambiguous, "two tensors have this path, as the keys 1 and '1' would", at: .init(key: path),
      hint: "`rename` one of them first")
  }

  /// The states of optimizers count parameters by position and are no averages' business.
  private func refuseOptimizers() throws(CheckpointError) {
    guard let path = try document.optimizers().first(where: { document.holdsTensor($0.node) })?.path else {
      return
    }
    let names = try document.stateDictSites().map(\.path).filter { !$0.isEmpty }
    throw CheckpointError(
      .ambiguous, "it holds an optimizer, whose state does not belong into a merge", at: .init(key: path),
      hint: (names.first.map { "`--path \(ShellWords.safe($0))` to merge that part of each file, or " }
        ?? "")
        + "`resect edit FILE -o OUT \(ShellWords.safe("drop " + path))` first")
  }

  /// Throws `.misfit` where keys print alike and are not, unless a file has texts alone.
  private func checkKeys(_ other: MergeInput) throws(CheckpointError) {
    guard document.source?.hasTextKeysAlone != true, other.document.source?.hasTextKeysAlone != true,
      let first = keys.differences(from: other.keys).first
    else { return }
    throw CheckpointError(
      .misfit, "its key is \(first.b), but \(first.a) in \(file)",
      at: .init(file: other.file, key: first.path),
      hint: "`--path PATH` takes one part of each file; `resect edit` with `drop PATH` leaves one out")
  }

  func record(_ path: Text) -> TensorRecord? {
    guard let node = tensorAt[path], case .tensor(let tensor) = document[node] else { return nil }
    return tensor
  }

  /// Throws `.misfit` unless the other checkpoint has the same tensors, each of the same shape and data type.
  func checkFits(_ other: MergeInput) throws(CheckpointError) {
    let missing = tensors.map(\.path).filter { other.tensorAt[$0] == nil }
    let added = other.tensors.map(\.path).filter { tensorAt[$0] == nil }
    var faults: [String] = []
    if !missing.isEmpty { faults.append("it has no \(Prose.list(missing, limit: 4))") }
    if !added.isEmpty { faults.append("it has \(Prose.list(added, limit: 4)) besides") }
    guard faults.isEmpty else {
      throw CheckpointError(
        .misfit, "its tensors are not those of \(file): \(faults.joined(separator: "; "))",
        at: .init(file: other.file),
        hint: "`--path PATH` takes one part of each file; `resect edit` drops or renames keys")
    }
    try checkKeys(other)
    for site in tensors {
      guard let mine = record(site.path), let its = other.record(site.path) else { continue }
      guard mine.shape == its.shape else {
        throw CheckpointError(
          .misfit, "its shape is \(its.shape), but \(mine.shape) in \(file)",
          at: .init(file: other.file, key: site.path), hint: "only checkpoints of one network can be merged")
      }
      guard mine.dtype == its.dtype else {
        throw CheckpointError(
          .misfit, "it is \(its.dtype), but \(mine.dtype) in \(file)",
          at: .init(file: other.file, key: site.path),
          hint: mine.dtype.isFloatingPoint && its.dtype.isFloatingPoint
            ? "`resect edit FILE -o OUT 'cast \(mine.dtype)'` first" : nil)
      }
    }
  }
}
