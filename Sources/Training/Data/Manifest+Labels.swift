// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension Manifest {
  /// The same utterances with the speakers' indices of another label map, matched by name.
  ///
  /// - Throws: `misfit`, with the line, for a speaker that the map does not have.
  package func relabelled(_ map: LabelMap, from place: String) throws(CheckpointError) -> Manifest {
    var result = self
    result.labels = map
    for (index, item) in items.enumerated() {
      guard let label = item.label else { continue }
      let name = labels.names[label]
      guard let known = map.index(of: name) else {
        throw CheckpointError(
          .misfit, "the speaker is not in `\(place)`, so no class stands for it",
          at: .init(file: source, member: item.line.map { "line \($0)" }, key: name),
          hint: Nearest.match(name, among: map.names).map { "is `\($0)` meant?" }
            ?? "the data that the classifier was trained on, or --backbone for a new classifier")
      }
      result.items[index].label = known
    }
    return result
  }
}
