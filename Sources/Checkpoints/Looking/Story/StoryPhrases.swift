// SPDX-License-Identifier: Apache-2.0

/// The sentences of a comparison, the most telling first: what is not finite, what explains the whole, then the parts that
/// changed, those that did not, and what is no tensor.
struct StoryPhrases {
  private(set) var all: [DiffPhrase] = []
  private let parts: [StoryPart]
  private let facts: DiffStory.Facts
  private let total: PartSums
  /// Parts of which every number is NaN or infinite: no more is said of them.
  private var lost: Set<PartMap.Part> = []

  init(_ parts: [StoryPart], _ facts: DiffStory.Facts) {
    (self.parts, self.facts) = (parts, facts)
    total = StoryPart.sums(parts.flatMap(\.tensors))
    if facts.isEqual {
      let within = facts.withinTolerance
      let text = within > 0 ? "nothing differs by more than the tolerance" : "nothing differs"
      say("equal", [], text, ["withinTolerance": .int(Int64(within))])
      return
    }
    sayNonFinite()
    sayRenamed()
    sayWhole()
    sayOthers()
  }

  private mutating func say(
    _ code: String, _ parts: [StoryPart], _ text: String, _ figures: [String: JSONValue]
  ) {
    all.append(DiffPhrase(code: code, parts: parts.map(\.part.name), text: text, figures: figures))
  }

  /// Numbers that are none, where there are more of them than before.
  private mutating func sayNonFinite() {
    for part in parts {
      let count = part.sums.figures.nonFinite
      guard count.b > count.a else { continue }
      let figures: [String: JSONValue] = ["a": .int(Int64(count.a)), "b": .int(Int64(count.b))]
      // Every number of the part lies in tensors that changed, and none is left.
      if count.b == part.sums.floating, count.b == part.sums.figures.elements {
        lost.insert(part.part)
        say("not-finite", [part], "every number of \(part.part.name) is NaN or infinite", figures)
      } else {
        let verb = count.b == 1 ? "number of \(part.part.name) is" : "numbers of \(part.part.name) are"
        let before = count.a == 0 ? "none was" : count.a == 1 ? "1 was" : "\(count.a) were"
        say("not-finite", [part], "\(count.b) \(verb) NaN or infinite, \(before)", figures)
      }
    }
  }

  private var isBalanced: Bool { facts.ambiguous.allSatisfy { $0.a == $0.b } }

  /// Tensors whose numbers are all there, under other names.
  private var isRenamedAlone: Bool {
    let figures = total.figures
    return figures.renamed > 0 && isBalanced
      && figures.equal + figures.ambiguous == figures.tensors
  }

  private mutating func sayRenamed() {
    let count = total.figures.renamed
    guard count > 0 else { return }
    let changes = facts.prefixes.sorted { $0.tensors > $1.tensors }.prefix(2).map { change in
      change.to.isEmpty
        ? "without `\(change.from)`"
        : change.from.isEmpty ? "under `\(change.to)`" : "`\(change.from)` became `\(change.to)`"
    }
    let how = changes.isEmpty ? "" : ": \(changes.joined(separator: ", "))"
    let figures: [String: JSONValue] = ["tensors": .int(Int64(count))]
    if isRenamedAlone {
      say("renamed", [], "the same weights renamed\(how)", figures)
    } else {
      let tensors = Prose.count(count, "tensor")
      say("some-renamed", [], "\(tensors) renamed\(how)", figures)
    }
  }

  /// One cause for all that differs, or the parts one by one.
  private mutating func sayWhole() {
    if isRenamedAlone { return }
    let figures = total.figures
    let whole = PartState(total)
    let isRebuilt = figures.added + figures.removed + figures.shape + figures.ambiguous > 0
    if case .unchanged = whole { return }
    if whole.isCause, !isRebuilt {
      let (text, figures) = wholeWords(whole)
      say("only-" + whole.code, parts, text, figures)
      return
    }
    let changed = parts.filter { if case .unchanged = PartState($0.sums) { false } else { true } }
    let optimizers = changed.filter { $0.part.role == .optimizer }
    if !changed.isEmpty, changed.count == optimizers.count, parts.count > optimizers.count {
      let outside = facts.values.count { path in !optimizers.contains { Self.holds($0, path) } }
      let isAll = outside + facts.ties + facts.keys == 0
      say(
        "only-optimizer", optimizers,
        isAll ? "only the optimizer differs" : "of the tensors, only the optimizer's differ",
        ["tensors": .int(Int64(optimizers.reduce(0) { $0 + $1.sums.figures.tensors }))])
      for part in changed { sayPart(part) }
      return
    }
    for part in changed { sayPart(part) }
    let unchanged = parts.filter { if case .unchanged = PartState($0.sums) { true } else { false } }
    guard !unchanged.isEmpty else { return }
    let names = Prose.phrases(unchanged.map { "\($0.part.name)" })
    say(
      "unchanged", unchanged, "\(names) \(unchanged.count == 1 ? "is" : "are") unchanged",
      ["tensors": .int(Int64(unchanged.reduce(0) { $0 + $1.sums.figures.tensors }))])
  }

  /// An optimizer's leaves lie beside its tensors.
  private static func holds(_ part: StoryPart, _ path: Text) -> Bool {
    let top = part.tensors.first.map { $0.path.prefix(before: "/") }
    return path.prefix(before: "/") == top
  }

  private func wholeWords(_ state: PartState) -> (String, [String: JSONValue]) {
    let figures = total.figures
    let count = figures.changed + figures.dtype
    let all: [String: JSONValue] = ["tensors": .int(Int64(count)), "of": .int(Int64(figures.tensors))]
    let tensors = "\(count) of \(Prose.count(figures.tensors, "tensor"))"
    return switch state {
    case .cast(let dtypes):
      ("a cast from \(dtypes.a) to \(dtypes.b): \(tensors)", all)
    case .castAndBack(let ways): ("a cast to \(PartState.names(ways)) and back: \(tensors)", all)
    case .scaled(let range):
      (
        "scaled by \(PartState.shortest(in: range)): \(tensors)",
        all.merging(["least": .double(range.lowerBound), "most": .double(range.upperBound)]) { $1 }
      )
    default: ("only batch-norm statistics differ: \(tensors)", all)
    }
  }

  /// A part that changed: as one where its blocks have one fate, else by block.
  private mutating func sayPart(_ part: StoryPart) {
    if lost.contains(part.part) { return }
    let state = PartState(part.sums)
    var figures: [String: JSONValue] = ["tensors": .int(Int64(part.sums.figures.tensors))]
    if let change = part.sums.figures.change { figures["change"] = .double(change) }
    let text = byBlock(part) ?? "\(part.part.name) \(state.predicate(part.sums, isSentence: true))"
    say(state.code, [part], text, figures)
  }

  private static let mostRuns = 4

  /// `the backbone: `blocks.0` to 2 unchanged, the rest moved by 3.1 %`. Nil where all blocks fared alike.
  private func byBlock(_ part: StoryPart) -> String? {
    typealias Blocks = [(name: Text, tensors: [StoryTensor], sums: PartSums)]
    var (unchanged, new, gone, changed): (Blocks, Blocks, Blocks, Blocks) = ([], [], [], [])
    for block in part.blocks {
      switch PartState(block.sums) {
      case .unchanged: unchanged.append(block)
      case .new: new.append(block)
      case .gone: gone.append(block)
      default: changed.append(block)
      }
    }
    let classes = [unchanged, new, gone, changed].filter { !$0.isEmpty }
    guard classes.count > 1 else { return nil }
    // What takes the most names to tell is the rest; of two that are as long, what changed.
    var rest = classes.indices.last ?? 0
    let runs = classes.map { BlockNames.runs($0.map(\.name)) }
    for index in classes.indices.reversed() where runs[index].count > runs[rest].count { rest = index }
    var clauses = classes.indices.filter { $0 != rest }.map { index in
      clause(Prose.phrases(runs[index], limit: Self.mostRuns), classes[index].flatMap(\.tensors))
    }
    clauses.append(clause("the rest", classes[rest].flatMap(\.tensors)))
    return "\(part.part.name): " + clauses.joined(separator: ", ")
  }

  private func clause(_ name: String, _ tensors: [StoryTensor]) -> String {
    let sums = StoryPart.sums(tensors)
    return "\(name) \(PartState(sums).predicate(sums, isSentence: false))"
  }

  /// What is no tensor.
  private mutating func sayOthers() {
    if !facts.values.isEmpty {
      let names = Prose.list(facts.values, limit: 4)
      let figures: [String: JSONValue] = ["values": .int(Int64(facts.values.count))]
      if all.isEmpty, facts.ties + facts.keys == 0 {
        say("only-values", [], "only plain values differ: \(names)", figures)
      } else {
        say("values", [], "\(Prose.count(facts.values.count, "plain value")) changed: \(names)", figures)
      }
    }
    if facts.ties > 0 {
      say(
        "ties", [], "\(Prose.count(facts.ties, "group")) of tensors tied in one file alone",
        ["groups": .int(Int64(facts.ties))])
    }
    if facts.keys > 0 {
      say(
        "keys", [], "\(Prose.count(facts.keys, "key")) of another type", ["keys": .int(Int64(facts.keys))]
      )
    }
  }
}
