// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A comparison in words: its parts in figures, and the sentences that follow from these.
struct DiffStory {
  /// What is known beside tensors.
  struct Facts {
    var isEqual = false
    /// Pairs that are within the tolerance and not bit-equal.
    var withinTolerance = 0
    /// Changes of prefix, and how many tensors follow each.
    var prefixes: [(from: Text, to: Text, tensors: Int)] = []
    /// Tensors of `a` and of `b` in each group that no path tells apart.
    var ambiguous: [(a: Int, b: Int)] = []
    /// Paths of leaves that are no tensors and differ.
    var values: [Text] = []
    var ties = 0
    var keys = 0
  }

  private(set) var parts: [DiffPart] = []
  private(set) var phrases: [DiffPhrase] = []
  private var names: [Text: Text] = [:]
  private var newNames: [Text: Text] = [:]

  /// Without parts: of a comparison in which nothing differs.
  init(_ facts: Facts) { phrases = StoryPhrases([], facts).all }

  /// - Parameters:
  ///   - tensors: those of `a` in its order, then those that `b` alone has.
  ///   - a: where the tensors lie.
  ///   - b: where those lie that it alone has.
  init(_ tensors: [StoryTensor], _ facts: Facts, _ a: Document, _ b: Document) {
    let parted = Self.parted(tensors, PartMap(a), PartMap(b))
    for part in parted {
      for tensor in part.tensors {
        if tensor.isNew {
          newNames[tensor.path] = part.part.name
        } else {
          names[tensor.path] = part.part.name
        }
      }
      parts.append(part.figures)
    }
    phrases = StoryPhrases(parted, facts).all
  }

  /// The part of a tensor of `a`, or of one that `b` alone has.
  func name(of path: Text, isNew: Bool = false) -> Text? { isNew ? newNames[path] : names[path] }

  /// Tensors by part, in the order of `a`, the optimizer last; within a part by block.
  private static func parted(_ tensors: [StoryTensor], _ a: PartMap, _ b: PartMap) -> [StoryPart] {
    var found: OrderedDictionary<PartMap.Part, [(tensor: StoryTensor, rest: Text)]> = [:]
    for tensor in tensors {
      let place = (tensor.isNew ? b : a).place(of: tensor.path)
      found[place.part, default: []].append((tensor, place.rest))
    }
    let parts = found.map { StoryPart($0.key, $0.value) }
    return parts.filter { $0.part.role != .optimizer } + parts.filter { $0.part.role == .optimizer }
  }
}

/// A part as its sentences are made: with what is no figure.
struct StoryPart {
  let part: PartMap.Part
  let tensors: [StoryTensor]
  private(set) var sums = PartSums()
  private(set) var blocks: [(name: Text, tensors: [StoryTensor], sums: PartSums)] = []

  init(_ part: PartMap.Part, _ members: [(tensor: StoryTensor, rest: Text)]) {
    self.part = part
    tensors = members.map(\.tensor)
    var found: OrderedDictionary<Text, [StoryTensor]> = [:]
    // An optimizer's keys are numbers of parameters, which tell nobody anything.
    let isDivided = part.role != .optimizer && part.role != .other
    let names = isDivided ? BlockNames(members.map(\.rest)).names : members.map { _ in "" }
    for (member, name) in zip(members, names) { found[name, default: []].append(member.tensor) }
    sums = Self.sums(tensors)
    blocks = found.map { ($0.key, $0.value, Self.sums($0.value)) }
  }

  static func sums(_ tensors: [StoryTensor]) -> PartSums {
    var sums = PartSums()
    for tensor in tensors { sums.add(tensor) }
    return sums
  }

  var figures: DiffPart {
    DiffPart(
      name: part.name, role: part.role, network: part.network.isEmpty ? nil : part.network,
      figures: sums.figures, blocks: blocks.map { .init(name: $0.name, figures: $0.sums.figures) })
  }
}
