// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Leaves an optimizer the parameters that are left, counted from 0 without gaps, as PyTorch has it for a model of
/// these parameters.
struct OptimizerEdit {
  /// As it was before the recipe.
  let record: OptimizerRecord
  let order: ParameterOrder
  /// Things to say: groups that went.
  private(set) var notes: [String] = []
  /// What is left, by its old index.
  private var left: [Int64: Left] = [:]

  private struct Left {
    var place: ParameterPlaces.Place
    var isRenamed: Bool
  }

  /// - Parameters:
  ///   - parameters: one for each index of `record`, in order.
  ///   - places: where these lie now.
  init(
    of record: OptimizerRecord, _ order: ParameterOrder, _ parameters: [ModelParameter],
    _ places: ParameterPlaces
  ) {
    self.record = record
    self.order = order
    for (index, parameter) in zip(record.groups.flatMap(\.indices), parameters) {
      if let place = places[parameter] {
        left[index] = Left(place: place, isRenamed: place.key != parameter.key)
      }
    }
  }

  /// - Parameter optimizer: as the recipe left it.
  /// - Throws: `misfit` where a state has not the shape of its parameter; `emptyResult` where no parameter is left.
  mutating func apply(
    to optimizer: OptimizerRecord, in document: inout Document
  ) throws(CheckpointError) {
    try checkShapes(optimizer, document)
    let stays = Dictionary(zip(record.groups.map(\.node), order.staysWhenEmpty)) { first, _ in first }
    var numbers: [Int64: Int64] = [:]
    var gone: Set<Int> = []
    for (number, group) in optimizer.groups.enumerated() {
      let kept = kept(of: group)
      if kept.isEmpty, !group.indices.isEmpty, stays[group.node] != true { gone.insert(number) }
      for one in kept { numbers[one.index] = Int64(numbers.count) }
      document[group.params] = .list(kept.map { document.add(.int(numbers[$0.index] ?? 0)) })
      if let list = group.nameList {
        document[list] = .list(kept.map { document.add(.string($0.name)) })
      }
    }
    guard !numbers.isEmpty else {
      throw CheckpointError(
        .emptyResult, "no parameter would be left for \(optimizer.name) to train",
        at: .init(key: optimizer.path), hint: OptimizerFollower.hint(optimizer.path))
    }
    keepState(of: optimizer, numbers, in: &document)
    remove(gone, from: optimizer, in: &document)
  }

  private typealias Kept = (index: Int64, name: Text, position: Int)

  /// What is left of a group, in the order of the state dict where the rule has it; else as it was.
  private func kept(of group: OptimizerRecord.Group) -> [Kept] {
    var kept: [Kept] = []
    for (place, index) in group.indices.enumerated() {
      guard let left = left[index] else { continue }
      let old = group.names?[place] ?? ""
      let name = left.isRenamed ? order.prefixes.name(of: left.place.key) : old
      kept.append((index, name, left.place.position))
    }
    return order.rule.followsStateDict ? kept.sorted { $0.position < $1.position } : kept
  }

  /// Passes that change shapes are followed by `OptimizerFollower` or given up: this finds what neither knew.
  private func checkShapes(_ optimizer: OptimizerRecord, _ document: Document) throws(CheckpointError) {
    for index in optimizer.entries.keys {
      guard let place = left[index]?.place, let shape = document.tensorShape(place.node) else { continue }
      for tensor in optimizer.tensors(of: index, in: document) where tensor.shape != shape {
        let inside: Text = optimizer.path.isEmpty ? "" : optimizer.path + "/"
        throw CheckpointError(
          .misfit,
          "it would be \(TensorRecord.text(of: tensor.shape)), but its parameter `\(place.key)` is "
            + TensorRecord.text(of: shape),
          at: .init(key: inside + "state/\(index)/\(tensor.name)"),
          hint: OptimizerFollower.hint(optimizer.path))
      }
    }
  }

  /// Integer keys, in the order in which the file has them.
  private func keepState(
    of optimizer: OptimizerRecord, _ numbers: [Int64: Int64], in document: inout Document
  ) {
    guard case .mapping(var state) = document[optimizer.state] else { return }
    var entries: [Mapping.Entry] = []
    for (index, value) in optimizer.entries {
      guard let number = numbers[index] else { continue }
      entries.append(Mapping.Entry(key: document.add(.int(number)), value: value))
    }
    state.entries = entries
    document[optimizer.state] = .mapping(state)
  }

  private mutating func remove(
    _ gone: Set<Int>, from optimizer: OptimizerRecord, in document: inout Document
  ) {
    guard !gone.isEmpty, let list = document.value(of: "param_groups", in: optimizer.node) else { return }
    document.remove(Set(gone.map { .item($0) }), from: list)
    let numbers = gone.sorted().map(String.init).joined(separator: ", ")
    notes.append(
      gone.count == 1
        ? "group \(numbers) has no parameter left and went; a scheduler's lists have one value a group"
        : "groups \(numbers) have no parameter left and went; a scheduler's lists have one value a group")
  }
}
