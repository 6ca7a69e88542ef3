// SPDX-License-Identifier: Apache-2.0

/// Watches what passes do to the parameters that one optimizer trains, and has the optimizer follow in the end.
///
/// In the end, not after each pass: of a recipe that drops the model and then the optimizer nothing is to follow. A
/// parameter is known by the node of its tensor, which passes keep. Rows alone follow at once.
struct OptimizerFollower {
  /// Its dict.
  let node: NodeID
  /// Nil where the optimizer has a form that cannot be read.
  let record: OptimizerRecord?
  /// What is known of the order, or why nothing is.
  let order: Result<ParameterOrder, CheckpointError>
  /// What it trains, in its order; where that cannot be told, what it may train.
  var parameters: [ModelParameter]
  /// Parameters whose rows changed, by their place in `parameters`.
  var hasOtherRows: Set<Int> = []
  /// A pass computed new parameters, which no state belongs to; its own report says so.
  var isGivenUp = false

  /// The optimizer `node`, which lies at `path`: one of `Document.optimizers()`.
  init(_ path: Text, _ node: NodeID, in document: Document) throws(CheckpointError) {
    self.node = node
    var record: OptimizerRecord?
    do throws(CheckpointError) {
      let found = try OptimizerRecord(at: path, node, in: document)
      record = found
      let order = try ParameterOrder(found, in: document)
      self.order = .success(order)
      parameters = order.groups.flatMap { $0 }
    } catch {
      order = .failure(error)
      parameters = try ModelCandidates(document).sites.flatMap { ModelParameter.all(of: $0, in: document) }
    }
    self.record = record
  }

  /// What one pass did. `document` is the one after it.
  mutating func follow(
    _ pass: any Pass, from before: Document, in document: inout Document
  ) throws(CheckpointError) {
    switch pass {
    case is Untie: follow(untiedFrom: before, document)
    case is Fuse, is Family: isGivenUp = isGivenUp || areOthers(than: before, document)
    case let rows as Rows: try follow(rows, from: before, in: &document)
    default: break
    }
  }

  /// A tensor that shared a storage has another node; keys stay where they are.
  private mutating func follow(untiedFrom before: Document, _ document: Document) {
    for index in parameters.indices {
      let container = parameters[index].container
      let old = Set(parameters[index].nodes)
      let entries = zip(before.textEntries(of: container), document.textEntries(of: container))
      parameters[index].nodes = entries.filter { old.contains($0.0.node) }.map(\.1.node)
    }
  }

  /// Whether a parameter went, or is another tensor.
  private func areOthers(than before: Document, _ document: Document) -> Bool {
    let old = ParameterPlaces(of: parameters, in: before)
    let new = ParameterPlaces(of: parameters, in: document)
    return parameters.contains { parameter in
      guard old[parameter] != nil else { return false }
      return new[parameter] == nil
        || parameter.nodes.contains { before.tensor($0) != document.tensor($0) }
    }
  }

  /// The rows of a parameter's state go where those of the parameter went.
  private mutating func follow(
    _ pass: Rows, from before: Document, in document: inout Document
  ) throws(CheckpointError) {
    guard case .success = order, let record else { return }
    for (place, index) in record.groups.flatMap(\.indices).enumerated() {
      guard let node = parameters[place].nodes.first(where: { before.tensor($0) != document.tensor($0) }),
        let old = before.tensor(node), let count = old.shape.first
      else { continue }
      hasOtherRows.insert(place)
      let rows = try pass.choice.sources(of: count).rows
      for state in record.tensors(of: index, in: before) where state.shape == old.shape {
        // What the pass's own pattern selected has its rows already.
        guard let tensor = before.tensor(state.node), document.tensor(state.node) == tensor else { continue }
        let gathered = try document.gatheredRows(of: tensor, in: before, rows)
        document[state.node] = .tensor(gathered)
      }
    }
  }
}

extension Document {
  /// A plain tensor.
  func tensor(_ id: NodeID) -> TensorRecord? {
    if case .tensor(let tensor) = self[id] { tensor } else { nil }
  }
}
