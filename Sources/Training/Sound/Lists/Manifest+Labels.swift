// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension Manifest {
  /// The same utterances with the speakers' indices of another label map, matched by name: a run that goes on from
  /// another's classifier has its classes.
  ///
  /// - Parameter place: where the map is from, for messages.
  /// - Throws: `misfit`, with the line, for a speaker that the map does not have.
  package func labelled(
    by map: LabelMap, from place: String = "the label map"
  ) throws(CheckpointError) -> Manifest {
    var manifest = self
    for index in items.indices {
      let item = items[index]
      let name = item.label.map { labels.names[$0] }
      guard let name, let label = map.index(of: name) else {
        throw CheckpointError(
          .misfit,
          name == nil
            ? "the utterance has no speaker"
            : "the speaker is not in \(place), so no class stands for it",
          at: .init(file: source, member: item.line.map { "line \($0)" }, key: name?.shown ?? item.path),
          hint: name.map { name in
            Nearest.match(name.shown, among: map.names.map(\.shown)).map { "is `\($0)` meant?" }
              ?? "leave that speaker's rows out"
          })
      }
      manifest.items[index].label = label
    }
    manifest.labels = map
    return manifest
  }
}
