// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

extension Manifest {
  /// The same items under the indices of another label map: an earlier run's, or one whose classes were counted elsewhere.
  ///
  /// The map may have speakers that no item has.
  /// - Throws: `misfit`, with the line, for a speaker that the map does not have, and for an item without speaker.
  package func labelled(by map: LabelMap) throws(CheckpointError) -> Manifest {
    var manifest = self
    for index in items.indices {
      let item = items[index]
      let name = item.label.map { labels.names[$0] }
      guard let name, let label = map.index(of: name) else {
        throw CheckpointError(
          .misfit, name == nil ? "the utterance has no speaker" : "the label map does not have the speaker",
          at: .init(file: source, member: item.line.map { "line \($0)" }, key: name ?? item.path),
          hint: name.flatMap { Nearest.match($0, among: map.names) }.map { "is `\($0)` meant?" })
      }
      manifest.items[index].label = label
    }
    manifest.labels = map
    return manifest
  }
}
