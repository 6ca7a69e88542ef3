// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// The tensors of one side under the names by which they are compared: their keys, or their keys with the
/// children of each `Sequential` counted anew.
struct KeyNames: Sendable {
  var names: [Text]
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
    var siblings: [Text: Set<Int>] = [:]
    for name in names {
      for part in Self.numbers(in: name) { siblings[part.parent, default: []].insert(part.number) }
    }
    var ranks: [Text: [Int: Int]] = [:]
    for (parent, numbers) in siblings {
      let sorted = numbers.sorted().enumerated().map { ($0.element, $0.offset) }
      ranks[parent] = Dictionary(uniqueKeysWithValues: sorted)
    }
    var ranked = self
    ranked.names = names.map { name in
      var parts = name.split(".")
      for part in Self.numbers(in: name) {
        parts[part.position] = Text(ranks[part.parent]?[part.number] ?? part.number)
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
    var parent: Text
  }

  static func numbers(in name: Text) -> [Number] {
    var found: [Number] = []
    var start = 0
    for (position, part) in name.split(".").enumerated() {
      // `01` is a name: as a number it would meet `1`.
      if let number = part.number, number >= 0 {
        found.append(Number(position: position, number: number, parent: name[0..<start]))
      }
      start += part.count + 1
    }
    return found
  }

  /// The name, then what is left of it after each dot.
  static func suffixes(of name: Text) -> [Text] {
    [name] + name.places(of: ".").filter { $0 + 1 < name.count }.map { name.dropFirst($0 + 1) }
  }

  /// The empty prefix, then what lies before each dot, with the dot.
  static func prefixes(of name: Text) -> [Text] {
    [""] + name.places(of: ".").map { name[0..<$0 + 1] }
  }

  /// How many components two names have in common at their beginning.
  static func commonBeginning(_ a: Text, _ b: Text) -> Int {
    var dots = 0
    for (left, right) in zip(a.bytes, b.bytes) {
      guard left == right else { break }
      if left == UInt8(ascii: ".") { dots += 1 }
    }
    return dots
  }
}
