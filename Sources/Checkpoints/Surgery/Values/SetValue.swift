// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// `set PATH JSON`: a plain value takes another, or a new one is added to a container that is there.
public struct SetValue: WordPass {
  package static let word = "set"
  package static let usage = "PATH JSON"
  package static let summary: String? = "one plain value"
  /// The printed form of a `ValuePath`; no pattern.
  public var path: Text
  /// Any JSON value; objects become dicts, lists lists.
  public var json: String

  /// What is wrong with the words is said when the pass is applied.
  public init(_ path: Text, to json: String) {
    self.path = path
    self.json = json
  }

  package init(arguments: [String]) throws(CheckpointError) {
    guard arguments.count == 2 else { throw Self.wrongCount(arguments) }
    path = Text(arguments[0])
    json = arguments[1]
    try check()
  }

  package var arguments: [Text] { [path, Text(json)] }

  /// - Throws: `wrongWords` for what is no JSON; `nothingMatched` where the container is not there;
  /// `unrepresentable` for tensors, and for what the container cannot take.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    let value = try self.value()
    var components = ValuePath(path).components
    guard let last = components.popLast() else { return }
    let parentPath = ValuePath(components: components)
    guard let parent = document.node(at: parentPath) else {
      throw CheckpointError(
        .nothingMatched, "there is no `\(parentPath)` to set it in", at: .init(key: path),
        hint: "`set` adds to containers that are there: `resect tree FILE` shows them")
    }
    let children = document.children(of: parent)
    guard let index = children.firstIndex(where: { $0.component == last }) else {
      try add(value, as: last, to: parent, &document)
      report.changes.append(.init(.added, from: path, to: path, detail: json))
      return
    }
    let old = children[index].node
    guard !document.holdsTensor(old) else {
      throw CheckpointError(
        .unrepresentable, "it holds tensors, which `set` does not replace", at: .init(key: path),
        hint: "drop it first: `drop \(ShellWords.safe(path))`")
    }
    let slot = document.slots(of: parent)[index]
    guard slot != .fixed else {
      throw CheckpointError(
        .unrepresentable, "it is a part that its object is made from", at: .init(key: path),
        hint: "`plain` turns objects of some classes into dicts")
    }
    document.put(value.node(in: &document), in: slot, of: parent)
    report.changes.append(.init(.set, from: path, to: path, detail: "\(document.typeName(old)) -> \(json)"))
  }

  private func check() throws(CheckpointError) {
    guard !path.isEmpty, !path.hasSuffix("/") else {
      throw CheckpointError(.wrongWords, "`set` needs the path of a value", hint: "`set epoch 0`")
    }
    _ = try value()
  }

  /// What the words stand for.
  private func value() throws(CheckpointError) -> JSONTree {
    let bytes = Array(json.utf8)
    do throws(CheckpointError) { return try JSONTree(bytes, fault: "`\(json)` is not JSON") } catch {
      let line = [Self.word, path.shown, "\"\(json)\""].map { ShellWords.quoted($0) }.joined(separator: " ")
      let isBareText =
        bytes.first { !JSONCursor.isBlank($0) }.map { !"{[\"+-0123456789".utf8.contains($0) } ?? false
      throw CheckpointError(
        .wrongWords, error.reason,
        hint: isBareText
          ? "text needs quotes of its own: `\(line)`" : "numbers, true, false, null, \"text\", [..], {..}")
    }
  }

  private func add(
    _ value: JSONTree, as component: Text, to parent: NodeID, _ document: inout Document
  ) throws(CheckpointError) {
    let key = ValuePath.unescape(component)
    let isAttribute = component.hasPrefix(".")
    switch document[parent] {
    case .mapping where !isAttribute:
      append(value, key, to: parent, &document)
    case .stateDict(var state) where !isAttribute && state.original == nil:
      state.entries[key] = value.node(in: &document)
      document[parent] = .stateDict(state)
    case .object(let object)
    where isAttribute && object.states.count == 1 && isDict(object.states[0], document):
      append(value, key.dropFirst(1), to: object.states[0], &document)
    case .list(var items) where component.number == items.count:
      items.append(value.node(in: &document))
      document[parent] = .list(items)
    default:
      throw CheckpointError(
        .nothingMatched, "a \(document.typeName(parent)) takes no new `\(component)`", at: .init(key: path),
        hint: "`set` adds to dicts, to the end of lists and to the attributes of plain objects")
    }
  }

  private func isDict(_ id: NodeID, _ document: Document) -> Bool {
    if case .mapping = document[id] { true } else { false }
  }

  private func append(_ value: JSONTree, _ key: Text, to id: NodeID, _ document: inout Document) {
    guard case .mapping(var mapping) = document[id] else { return }
    let name = document.add(.string(key))
    mapping.entries.append(Mapping.Entry(key: name, value: value.node(in: &document)))
    document[id] = .mapping(mapping)
  }
}

extension Pass where Self == SetValue {
  /// Sets a plain value, written as JSON.
  public static func set(_ path: Text, to json: String) -> Self { SetValue(path, to: json) }
}
