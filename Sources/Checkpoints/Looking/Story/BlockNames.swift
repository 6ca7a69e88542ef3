// SPDX-License-Identifier: Apache-2.0

/// Divides keys by what they begin with, as deep as it takes to have some blocks: `blocks.0`, `blocks.1`, `fc`.
struct BlockNames {
  /// Fewer blocks than these are divided again, the largest first.
  private static let enough = 3
  /// Names deeper than these are no places that somebody would look for.
  private static let deepest = 8

  private struct Group {
    var depth: Int
    var indices: [Int]
  }

  /// The block of each key.
  private(set) var names: [Text]

  init(_ keys: [Text]) {
    let parts = keys.map { key in key.split("/").flatMap { $0.split(".") } }
    var groups = [Group(depth: 0, indices: Array(keys.indices))]
    for _ in 0..<Self.deepest {
      guard groups.count < Self.enough else { break }
      let largest = groups.indices
        .filter { group in groups[group].indices.contains { parts[$0].count > groups[group].depth + 1 } }
        .max { groups[$0].indices.count < groups[$1].indices.count }
      guard let largest else { break }
      groups.replaceSubrange(largest...largest, with: Self.divided(groups[largest], parts))
    }
    names = keys.map { _ in "" }
    for group in groups {
      for index in group.indices {
        names[index] = parts[index].prefix(group.depth).joined(separator: ".")
      }
    }
  }

  /// By one further name, and the number that may follow it. The last name of a key is the tensor's own, unless the key
  /// has no other.
  private static func divided(_ group: Group, _ parts: [[Text]]) -> [Group] {
    var order: [[Text]] = []
    var found: [[Text]: [Int]] = [:]
    for index in group.indices {
      let names = parts[index]
      var depth = min(group.depth + 1, max(names.count - 1, 1))
      if depth == group.depth + 1, depth + 1 < names.count, Int("\(names[depth])") != nil { depth += 1 }
      let name = Array(names.prefix(max(depth, 1)))
      if found[name] == nil { order.append(name) }
      found[name, default: []].append(index)
    }
    return order.map { Group(depth: $0.count, indices: found[$0] ?? []) }
  }

  /// `blocks.0` to 2: names that follow each other and end in numbers that do.
  static func runs(_ names: [Text]) -> [String] {
    struct Run {
      var stem: Text
      var first: Int
      var last: Int
    }
    var runs: [(name: Text, run: Run?)] = []
    for name in names {
      guard let number = Int("\(name.suffix(after: "."))"), name.contains(".") else {
        runs.append((name, nil))
        continue
      }
      let stem = name.dropLast(name.suffix(after: ".").count)
      if let last = runs.last?.run, last.stem == stem, last.last + 1 == number {
        runs[runs.count - 1].run?.last = number
      } else {
        runs.append((name, Run(stem: stem, first: number, last: number)))
      }
    }
    return runs.map { name, run in
      guard let run, run.last > run.first else { return "`\(name)`" }
      return "`\(name)` to \(run.last)"
    }
  }
}
