// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The tensors of one side under the names by which they are compared: their keys, or their keys with the
/// children of each `Sequential` counted anew.
struct KeyNames: Sendable {
  var names: [String]
  var shapes: [[Int]]

  init(_ file: FileKeys) {
    let tensors = file.entries.filter { $0.value.shape != nil }
    names = Array(tensors.keys)
    shapes = tensors.values.map { $0.shape ?? [] }
  }

  init(_ spec: KeySpec) {
    let tensors = spec.entries.filter { $0.value.shape != nil }
    names = Array(tensors.keys)
    shapes = tensors.values.map { $0.shape ?? [] }
  }

  /// Each number in a name replaced by its rank among the numbers in its place: `net.0`, `net.2`, `net.4` become
  /// `net.0`, `net.1`, `net.2`. The numbers of a `Sequential` say in which order its parts run; where they leave
  /// gaps, parts without tensors lie between.
  var ranked: KeyNames {
    var siblings: [Substring: Set<Int>] = [:]
    for name in names {
      for part in Self.numbers(in: name) { siblings[part.parent, default: []].insert(part.number) }
    }
    var ranks: [Substring: [Int: Int]] = [:]
    for (parent, numbers) in siblings {
      let sorted = numbers.sorted().enumerated().map { ($0.element, $0.offset) }
      ranks[parent] = Dictionary(uniqueKeysWithValues: sorted)
    }
    var ranked = self
    ranked.names = names.map { name in
      var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      for part in Self.numbers(in: name) {
        parts[part.position] = String(ranks[part.parent]?[part.number] ?? part.number)
      }
      return parts.joined(separator: ".")
    }
    return ranked
  }

  /// A component that is a number.
  struct Number {
    /// Which component, from the left.
    var position: Int
    var number: Int
    /// What stands before it, with its dot.
    var parent: Substring
  }

  static func numbers(in name: String) -> [Number] {
    var found: [Number] = []
    var start = name.startIndex
    var position = 0
    while start <= name.endIndex {
      let end = name[start...].utf8.firstIndex(of: UInt8(ascii: ".")) ?? name.endIndex
      let part = name[start..<end]
      // `01` is a name: as a number it would meet `1`.
      if let number = Int(part), number >= 0, String(number) == part {
        found.append(Number(position: position, number: number, parent: name[..<start]))
      }
      guard end < name.endIndex else { break }
      start = name.utf8.index(after: end)
      position += 1
    }
    return found
  }

  /// The name, then what is left of it after each dot.
  static func suffixes(of name: String) -> [Substring] {
    var suffixes = [name[...]]
    var rest = name[...]
    while let dot = rest.utf8.firstIndex(of: UInt8(ascii: ".")) {
      rest = rest[rest.utf8.index(after: dot)...]
      if !rest.isEmpty { suffixes.append(rest) }
    }
    return suffixes
  }

  /// The empty prefix, then what lies before each dot, with the dot.
  static func prefixes(of name: String) -> [Substring] {
    var prefixes = [name[..<name.startIndex]]
    for index in name.utf8.indices where name.utf8[index] == UInt8(ascii: ".") {
      prefixes.append(name[...index])
    }
    return prefixes
  }

  /// How many components two names have in common at their beginning.
  static func commonBeginning(_ a: String, _ b: String) -> Int {
    var dots = 0
    for (left, right) in zip(a.utf8, b.utf8) {
      guard left == right else { break }
      if left == UInt8(ascii: ".") { dots += 1 }
    }
    return dots
  }
}
