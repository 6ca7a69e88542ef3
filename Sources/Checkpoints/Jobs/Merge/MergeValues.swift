// SPDX-License-Identifier: Apache-2.0

/// What is no tensor is taken from the first checkpoint; this finds what the others have instead.
struct MergeValues {
  private(set) var differing: [MergeReport.Value] = []
  private(set) var leftOut: [MergeReport.LeftOut] = []

  init(_ inputs: [MergeInput]) {
    let first = inputs[0]
    for site in first.leaves {
      let value = Self.value(site.node, first)
      let others = inputs.dropFirst().filter { other in
        guard let node = other.leafAt[site.path] else { return true }
        return Self.value(node, other) != value
      }
      guard !others.isEmpty else { continue }
      differing.append(
        MergeReport.Value(
          path: site.path, kept: first.document.leafValue(site.node), differsIn: others.map(\.file)))
    }
    for other in inputs.dropFirst() {
      for site in other.leaves where first.leafAt[site.path] == nil {
        leftOut.append(MergeReport.LeftOut(path: site.path, file: other.file))
      }
    }
  }

  /// The type and value of a leaf as text that is equal for equal leaves.
  private static func value(_ node: NodeID, _ input: MergeInput) -> Text {
    let document = input.document
    let other: String
    switch document[node] {
    case .string(let text): return "str \(text)"
    case .global(let name): return "\(document.typeName(node)) \(name.text)"
    case .numpy(let array):
      other = "\(array.typeName) \(array.shape ?? []) \(array.littleEndianBytes.hexadecimal)"
    default: other = "\(document.typeName(node)) \(document.leafValue(node))"
    }
    return Text(other)
  }
}
