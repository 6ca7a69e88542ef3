// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Speakers and their class indices, by first appearance, as upstream's `SpkLabelEncoder` counts them. Two names are one
/// where their bytes are.
package struct LabelMap: Sendable, Equatable {
  /// The speakers in the order of their indices.
  package private(set) var names: [Text] = []
  private var indices: [Text: Int] = [:]

  /// What the file is called in an experiment and in its checkpoints.
  static let fileName = "label_map.json"

  package init() {}

  package var count: Int { names.count }

  package func index(of name: Text) -> Int? { indices[name] }

  /// The index of a speaker, a new one where it is the first time.
  package mutating func add(_ name: Text) -> Int {
    if let index = indices[name] { return index }
    indices[name] = names.count
    names.append(name)
    return names.count - 1
  }
}

extension LabelMap {
  /// `{"labels": {"alice": 0, "bob": 1}, "schema": 1}`, keys sorted by bytes, laid out as Foundation's encoder does: what
  /// a run's fingerprint is taken of.
  package func json() throws(CheckpointError) -> [UInt8] {
    let lines = names.enumerated().sorted { $0.element < $1.element }
      .map { "    \($0.element.shown.jsonQuoted) : \($0.offset)" }
    let labels = lines.isEmpty ? "{\n\n  }" : "{\n" + lines.joined(separator: ",\n") + "\n  }"
    return Array("{\n  \"labels\" : \(labels),\n  \"schema\" : 1\n}\n".utf8)
  }

  /// Reads what `json()` wrote.
  ///
  /// - Throws: `corrupt` where it is no such file or the indices are not 0, 1, 2 and so on.
  package init(json: [UInt8], name: String? = nil) throws(CheckpointError) {
    let tree = try JSONTree(TextFile(json, name: name).bytes, subject: "the label map")
    guard case .object(let members) = tree["labels"], case .int(let schema) = tree["schema"] else {
      throw CheckpointError(
        .corrupt, "this is no label map", hint: "{\"labels\": {\"anna\": 0, \"ben\": 1}, \"schema\": 1}")
    }
    guard schema == 1 else {
      throw CheckpointError(.unsupported, "label map of schema \(schema); 1 is read")
    }
    var found = [Text?](repeating: nil, count: members.count)
    for member in members {
      guard case .int(let index) = member.value, index >= 0, index < found.count, found[Int(index)] == nil
      else {
        throw CheckpointError(.corrupt, "the labels' indices are not 0 to \(members.count - 1), each once")
      }
      found[Int(index)] = member.key
    }
    for name in found.compactMap({ $0 }) { _ = add(name) }
  }
}
