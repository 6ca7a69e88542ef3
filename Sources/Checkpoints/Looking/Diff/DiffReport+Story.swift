// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension DiffReport {
  /// Adds the story to a report that is otherwise finished.
  ///
  /// - Parameter pairs: every pair, in the order of `a`.
  mutating func tell(_ pairs: [StoryTensor], _ a: DiffSide, _ b: DiffSide, listsParts: Bool) {
    var facts = DiffStory.Facts(isEqual: equal)
    facts.prefixes = prefixes.map { ($0.from, $0.to, $0.tensors) }
    facts.ambiguous = ambiguous.map { ($0.a.count, $0.b.count) }
    facts.values = values.map(\.path)
    (facts.ties, facts.keys) = (counts.ties, counts.keys ?? 0)
    facts.withinTolerance = counts.withinTolerance
    guard listsParts || !equal else {
      summary = DiffStory(facts).phrases
      return
    }
    var tensors = pairs
    tensors += removed.compactMap { one in Self.tensor(one.path, a, .removed) }
    tensors += ambiguous.flatMap(\.a).compactMap { Self.tensor($0, a, .ambiguous) }
    tensors += added.compactMap { one in Self.tensor(one.path, b, .added) }
    let story = DiffStory(tensors, facts, a.document, b.document)
    summary = story.phrases
    parts = story.parts
    for index in changed.indices { changed[index].part = story.name(of: changed[index].path) }
    for index in removed.indices { removed[index].part = story.name(of: removed[index].path) }
    for index in added.indices { added[index].part = story.name(of: added[index].path, isNew: true) }
  }

  private static func tensor(_ path: Text, _ side: DiffSide, _ fate: StoryTensor.Fate) -> StoryTensor? {
    side.tensors[path].map { StoryTensor(path: path, tensor: $0, fate: fate) }
  }
}

extension StoryTensor.Fate {
  init(_ comparison: TensorComparison, _ dtypes: DTypePair) {
    switch comparison {
    case .bitEqual: self = .equal
    case .otherShape: self = .reshaped
    case .numbers(let numbers, _, let isWithin, let causes):
      if !dtypes.isEqual {
        self = .retyped(numbers, causes, dtypes)
      } else {
        self = isWithin ? .withinTolerance : .changed(numbers, causes)
      }
    }
  }
}
