// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

extension Document {
  /// What a user's key names: a whole path, else a key that stands in one state dict alone.
  ///
  /// Throws `nothingMatched` with the nearest name, or `ambiguous` with the paths. `command` is how hints begin.
  package func find(_ key: Text, command: String) throws(CheckpointError) -> (path: Text, node: NodeID) {
    if let node = node(at: ValuePath(key)) { return (key, node) }
    var found: [(path: Text, node: NodeID)] = []
    let plain = ValuePath.unescape(key)
    for site in try stateDictSites() {
      guard case .stateDict(let state) = self[site.node], let node = state.entries[plain] else { continue }
      found.append((site.path(of: plain), node))
    }
    if found.count == 1 { return found[0] }
    let location = CheckpointError.Location(file: source?.file, key: key)
    guard let first = found.first else {
      throw CheckpointError(
        .nothingMatched, "there is no such path, and no state dict has such a key", at: location,
        hint: try nearest(to: key).map { "`\(command) \(ShellWords.safe($0))`" }
          ?? "`resect ls FILE` lists every path")
    }
    throw CheckpointError(
      .ambiguous, "\(found.count) state dicts have this key: \(Prose.list(found.map(\.path)))",
      at: location,
      hint: "`\(command) \(ShellWords.safe(first.path))`")
  }

  private func nearest(to key: Text) throws(CheckpointError) -> Text? {
    var names: [Text] = []
    var walk = DocumentWalk(self)
    while let step = walk.next(), names.count < 20_000 {
      guard case .enter(let node, _) = step, walk.depth > 0, isLeaf(node) || walk.depth == 1
      else { continue }
      names.append(try walk.path())
    }
    if let path = names.first(where: { $0.hasSuffix(key) }) { return path }
    if key.contains("/") { return Nearest.match(key, among: names) }
    let keys = try self.keys(of: stateDictSites()).map(ValuePath.escape)
    return Nearest.match(key, among: keys + names.filter { !$0.contains("/") })
  }
}
