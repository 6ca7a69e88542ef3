// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// The attribute of the root that has what a model says of itself.
  static let onnxModel: Text = "__model__"

  /// Adds it as a dict of plain values.
  mutating func add(_ facts: ONNXFacts, _ operators: ONNXOperators) -> NodeID {
    func texts(_ infos: [ONNXValueInfo], _ document: inout Document) -> NodeID {
      var seen: OrderedDictionary<Text, Node> = [:]
      for info in infos { seen[info.name] = .string(info.type) }
      return document.addDict(seen)
    }
    var counts: [Text: Int] = [:]
    for (operation, use) in operators.uses { counts[operation.text, default: 0] += use.count }
    var entries: OrderedDictionary<Text, NodeID> = [:]
    if let version = facts.irVersion { entries["ir_version"] = add(.int(version)) }
    entries["opset_import"] = addDict(facts.operatorSets.mapValues { .int($0) })
    for (name, text) in facts.texts where !text.isEmpty { entries[name] = add(.string(text)) }
    if let version = facts.modelVersion { entries["model_version"] = add(.int(version)) }
    entries["graph"] = add(.string(facts.graph))
    entries["inputs"] = texts(facts.inputs, &self)
    entries["outputs"] = texts(facts.outputs, &self)
    entries["nodes"] = addDict(
      .init(uniqueKeysWithValues: counts.sorted { $0.key < $1.key }.map { ($0.key, .int(Int64($0.value))) }))
    return addDict(entries)
  }

  private mutating func addDict(_ values: OrderedDictionary<Text, Node>) -> NodeID {
    addDict(values.mapValues { add($0) })
  }

  private mutating func addDict(_ values: OrderedDictionary<Text, NodeID>) -> NodeID {
    add(
      .mapping(
        Mapping(kind: .dict, entries: values.map { .init(key: add(.string($0.key)), value: $0.value) })))
  }
}
