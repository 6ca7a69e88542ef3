// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `rename FROM TO`: keys that match a pattern get another name, in their place.
public struct Rename: WordPass {
  package static let word = "rename"
  package static let usage = "FROM TO"
  package static let summary: String? = "wildcards of FROM are $1, $2 in TO"
  /// A pattern (`Pattern`).
  public var from: Text
  /// The new name, in which `$1` is what the first wildcard matched (`docs/passes/rename.md`).
  public var to: Text

  /// What is wrong with the words is said when the pass is applied.
  public init(_ from: Text, to: Text) {
    self.from = from
    self.to = to
  }

  package init(arguments: [String]) throws(CheckpointError) {
    guard arguments.count == 2 else { throw Self.wrongCount(arguments) }
    from = Text(arguments[0])
    to = Text(arguments[1])
    try check()
  }

  package var arguments: [Text] { [from, to] }

  /// - Throws: `wrongWords` for a malformed pattern or name; `nothingMatched`; `collision` where two keys
  /// would get one name.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    var names: [NodeID: [Int: Text]] = [:]
    for found in try renames(in: document) {
      names[found.edge.parent, default: [:]][found.edge.index] = found.name
    }
    var walk = EdgeWalk(document)
    var sites: [Document.StateDictSite] = []
    var seen: Set<NodeID> = []
    while let step = walk.next() {
      guard case .enter(let visit) = step, names[visit.node] != nil, seen.insert(visit.node).inserted else {
        continue
      }
      sites.append(.init(path: try walk.path(), node: visit.node))
    }
    for site in sites {
      guard let names = names[site.node] else { continue }
      try rename(names, at: site, &document, &report)
    }
    if report.changes.isEmpty { report.notes.append("every key that matches has its new name already") }
  }

  private func check() throws(CheckpointError) {
    let pattern = try Pattern(from)
    _ = try Replacement(to, captures: pattern.captureCount)
    guard !to.isEmpty else {
      throw CheckpointError(.wrongWords, "a new name may not be empty", hint: "`drop \(from)` removes keys")
    }
  }

  /// The places that get a name, and the name, unescaped.
  private func renames(in document: Document) throws(CheckpointError) -> [(edge: Edge, name: Text)] {
    let pattern = try Pattern(from)
    let matcher = try PatternMatcher(pattern)
    let replacement = try Replacement(to, captures: pattern.captureCount)
    var found: [(edge: Edge, name: Text)] = []
    var walk = EdgeWalk(document)
    while let step = walk.next() {
      guard case .enter(let visit) = step, let edge = visit.edge else { continue }
      let path = pattern.isPath || visit.depth == 1 ? try walk.path() : ""
      guard let text = pattern.isPath ? path : document.patternKey(of: edge, depth: visit.depth, path: path),
        let captures = matcher.captures(in: text)
      else { continue }
      found.append((edge, try name(replacement.text(for: captures), of: walk.path())))
    }
    guard !found.isEmpty else { throw try NothingMatched(document).error(pattern, word: "rename") }
    return found
  }

  /// The last component of what TO gives, which must leave the key in its container.
  private func name(_ text: Text, of path: Text) throws(CheckpointError) -> Text {
    let parent = path.split("/").dropLast()
    var components = text.split("/")
    guard let last = components.popLast(), !last.isEmpty else {
      throw CheckpointError(
        .collision, "the new name would be empty", at: .init(key: path),
        hint: "give the name a text of its own")
    }
    guard components.isEmpty || components == Array(parent) else {
      throw CheckpointError(
        .wrongWords, "`\(text)` lies in another container; `rename` changes the last component of a path",
        at: .init(key: path), hint: "write a `/` inside a key as `~1`")
    }
    return ValuePath.unescape(last)
  }

  private func rename(
    _ names: [Int: Text], at site: Document.StateDictSite, _ document: inout Document,
    _ report: inout PassReport
  ) throws(CheckpointError) {
    switch document[site.node] {
    case .stateDict(var state):
      let keys = state.entries.keys
      var newNames: [Text: Text] = [:]
      for (index, name) in names {
        guard index < keys.count else { throw notAKey(site) }
        newNames[keys[index]] = name
      }
      let result = try state.rekey(at: site, .followTensors) { newNames[$0] ?? $0 }
      report.note(result, at: site)
      document[site.node] = .stateDict(state)
    case .mapping(var mapping):
      try rename(names, in: &mapping, at: site, &document, &report)
      document[site.node] = .mapping(mapping)
    default: throw notAKey(site)
    }
  }

  private func rename(
    _ names: [Int: Text], in mapping: inout Mapping, at site: Document.StateDictSite,
    _ document: inout Document, _ report: inout PassReport
  ) throws(CheckpointError) {
    var taken: [Text: Text] = [:]
    for index in mapping.entries.indices {
      let old = document.keyText(mapping.entries[index].key)
      let new = names[index] ?? old
      if let other = taken.updateValue(old, forKey: new) {
        throw CheckpointError(
          .collision, "`\(other)` and `\(old)` would both become `\(new)`",
          at: .init(key: site.path(of: new)),
          hint: "drop or rename one of them first")
      }
      guard new != old else { continue }
      guard case .string = document[mapping.entries[index].key] else { throw notAKey(site) }
      mapping.entries[index].key = document.add(.string(new))
      report.changes.append(.init(.renamed, from: site.path(of: old), to: site.path(of: new)))
    }
    for index in names.keys where index >= mapping.entries.count { throw notAKey(site) }
  }

  private func notAKey(_ site: Document.StateDictSite) -> CheckpointError {
    CheckpointError(
      .wrongWords,
      "`rename` changes the text keys of dicts; `\(from)` also matches positions, numbers or attributes",
      at: .init(key: site.path), hint: "narrow the pattern")
  }
}

extension Pass where Self == Rename {
  /// Gives keys that match a pattern another name.
  public static func rename(_ from: Text, to: Text) -> Self { Rename(from, to: to) }
}
