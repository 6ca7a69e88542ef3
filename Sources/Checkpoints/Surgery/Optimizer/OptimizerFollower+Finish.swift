// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension OptimizerFollower {
  /// Gives the optimizer the parameters that are left, and says how; nil where nothing was to do.
  ///
  /// - Parameters:
  ///   - path: where the optimizer lies now.
  ///   - reachable: what is left of the document.
  /// - Throws: `misfit` where parameters went, or moved, and which is which cannot be told; `emptyResult` where none
  ///   would be left.
  func finish(
    at path: Text, _ reachable: Reachable, in document: inout Document
  ) throws(CheckpointError) -> OptimizerReport? {
    guard !isGivenUp else { return nil }
    let places = ParameterPlaces(of: parameters, in: document) { reachable.references[Int($0.index)] > 0 }
    let changes = Changes(parameters, places, hasOtherRows)
    switch order {
    case .failure(let error): return try unknownOrder(error, at: path, changes, document)
    case .success(let order):
      guard changes.isAny, let record else { return nil }
      let current = try OptimizerRecord(at: path, in: document)
      var edit = OptimizerEdit(of: record, order, parameters, places)
      try edit.apply(to: current, in: &document)
      let result = try OptimizerRecord(at: path, in: document)
      return OptimizerReport(
        path: path, model: order.model, rule: order.rule.rawValue, shapes: order.shapes,
        renamed: changes.renamed, rows: hasOtherRows.count, before: .init(current), after: .init(result),
        notes: edit.notes)
    }
  }

  /// What became of the parameters.
  private struct Changes {
    var renamed = 0
    var isDropped = false
    var isMoved = false
    var hasOtherRows: Bool

    init(_ parameters: [ModelParameter], _ places: ParameterPlaces, _ rows: Set<Int>) {
      hasOtherRows = !rows.isEmpty
      var last: [NodeID: Int] = [:]
      for parameter in parameters.sorted(by: { $0.position < $1.position }) {
        guard let place = places[parameter] else {
          isDropped = true
          continue
        }
        if place.key != parameter.key { renamed += 1 }
        isMoved = isMoved || place.position < last[parameter.container] ?? 0
        last[parameter.container] = place.position
      }
    }

    var isAny: Bool { isDropped || isMoved || hasOtherRows || renamed > 0 }
  }

  /// Keys may change where the order cannot be told, since the order stays; nothing else may.
  private func unknownOrder(
    _ error: CheckpointError, at path: Text, _ changes: Changes, _ document: Document
  ) throws(CheckpointError) -> OptimizerReport? {
    let name = path.isEmpty ? "the document" : "`\(path)`"
    let others = parameters.contains { parameter in
      parameter.nodes.contains { document.tensorShape($0).map { $0 != parameter.shape } ?? false }
    }
    guard !changes.isDropped, !changes.isMoved, !others else {
      throw CheckpointError(
        .misfit,
        "parameters that \(name) may count change, and which is which cannot be told: \(error.reason)",
        at: error.location, hint: Self.hint(path))
    }
    guard changes.renamed > 0 else { return nil }
    return OptimizerReport(
      path: path, renamed: changes.renamed, rows: 0,
      notes: ["which parameter is which cannot be told, but keys alone changed, and the order stays"])
  }

  static func hint(_ path: Text) -> String {
    path.isEmpty
      ? "`take` the model alone" : "`drop \(ShellWords.safe(path))` too; training goes on without its state"
  }
}
