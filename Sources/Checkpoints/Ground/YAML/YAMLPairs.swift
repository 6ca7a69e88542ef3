// SPDX-License-Identifier: Apache-2.0

/// The pairs of a mapping that is being read, and what `<<` takes in.
struct YAMLPairs {
  private var own: [YAMLValue.Entry] = []
  private var lines: [YAMLKey: Int] = [:]
  /// What `<<` named, in PyYAML's order: what stands later counts.
  private var merged: [YAMLValue.Entry] = []

  /// - Throws: `corrupt` for a key that Python cannot hash, or that stands twice.
  mutating func add(_ key: YAMLValue, _ value: YAMLValue, line: Int) throws(CheckpointError) {
    guard let identity = YAMLKey(key) else {
      throw CheckpointError(
        .corrupt, "\(key.kind) stands where a key belongs", at: .init(member: "line \(line)"))
    }
    if let earlier = lines.updateValue(line, forKey: identity) {
      throw CheckpointError(
        .corrupt, "it stands twice, on line \(earlier) already",
        at: .init(member: "line \(line)", key: key.shown),
        hint: "leave one of them out; PyYAML would take the last")
    }
    own.append(.init(key: key, value: value))
  }

  /// Takes in what `<<` names: a mapping, or a list of them, of which the first counts most.
  mutating func merge(_ value: YAMLValue, line: Int) throws(CheckpointError) {
    switch value {
    case .map(let entries): merged += entries
    case .list(let items):
      for item in items.reversed() {
        guard case .map(let entries) = item else { throw notMapping(item, line) }
        merged += entries
      }
    default: throw notMapping(value, line)
    }
  }

  private func notMapping(_ value: YAMLValue, _ line: Int) -> CheckpointError {
    CheckpointError(
      .corrupt, "`<<` takes a mapping or a list of mappings in, and \(value.kind) stands there",
      at: .init(member: "line \(line)"))
  }

  /// As a Python dict that all were put into: a key stands where it came first, with the value that came last.
  var entries: [YAMLValue.Entry] {
    if merged.isEmpty { return own }
    var entries: [YAMLValue.Entry] = []
    var places: [YAMLKey: Int] = [:]
    for entry in merged + own {
      guard let key = YAMLKey(entry.key) else { continue }
      if let place = places[key] {
        entries[place].value = entry.value
      } else {
        places[key] = entries.count
        entries.append(entry)
      }
    }
    return entries
  }
}
