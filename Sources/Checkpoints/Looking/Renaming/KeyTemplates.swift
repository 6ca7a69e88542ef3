// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Names with their numbers left open: the 18,432 tensors of experts are three, `layers.N.experts.N.w1.weight` and its
/// likes. What names and shapes tell is told of these few, so that time grows with the number of kinds of tensors.
struct KeyTemplates: Sendable {
  /// Stands for a number that differs among the members. No name has it; `init` makes sure.
  static let hole: Text = "\u{0}"

  /// Each once, in the order of their first members.
  private(set) var texts: [Text] = []
  /// Positions among the names, by their numbers.
  private(set) var members: [[Int]] = []
  /// The numbers that differ, of each member: `members[t][m]` has `numbers[t][m]`.
  private(set) var numbers: [[[Int]]] = []

  /// Nil where a name holds the mark that stands for numbers.
  init?(_ names: [Text]) {
    struct Group {
      var parts: [Text]
      var members: [(numbers: [Int], position: Int)] = []
    }
    var groups: OrderedDictionary<Text, Group> = [:]
    for (position, name) in names.enumerated() {
      guard let (text, numbers) = name.withBytes(Self.opened) else { return nil }
      if groups[text]?.members.append((numbers, position)) != nil { continue }
      let parts = text.split(".")
      groups[text] = Group(parts: parts, members: [(numbers, position)])
    }
    for group in groups.values {
      let first = group.members[0].numbers
      let varies = first.indices.map { place in group.members.contains { $0.numbers[place] != first[place] } }
      var parts = group.parts
      var place = 0
      for index in parts.indices where parts[index] == Self.hole {
        if !varies[place] { parts[index] = Text(first[place]) }
        place += 1
      }
      let sorted = group.members.map { member in
        (
          numbers: member.numbers.indices.filter { varies[$0] }.map { member.numbers[$0] },
          position: member.position
        )
      }.sorted { $0.numbers.lexicographicallyPrecedes($1.numbers) }
      texts.append(parts.joined(separator: "."))
      members.append(sorted.map(\.position))
      numbers.append(sorted.map(\.numbers))
    }
  }

  /// A name with holes in the place of its numbers. `01` is a name: as a number it would meet `1`.
  private static func opened(_ name: Span<UInt8>) -> (text: Text, numbers: [Int])? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(name.count)
    var numbers: [Int] = []
    var start = 0
    for end in 0...name.count where end == name.count || name[end] == UInt8(ascii: ".") {
      var number: Int? =
        end > start && end - start <= 18 && (name[start] != 0x30 || end == start + 1) ? 0 : nil
      for index in start..<end {
        guard name[index] != 0 else { return nil }
        number = (0x30...0x39).contains(name[index]) ? number.map { $0 * 10 + Int(name[index] - 0x30) } : nil
      }
      if let number {
        numbers.append(number)
        bytes.append(0)
      } else {
        for index in start..<end { bytes.append(name[index]) }
      }
      if end < name.count { bytes.append(UInt8(ascii: ".")) }
      start = end + 1
    }
    return (Text(part: bytes), numbers)
  }
}

/// What two templates must have in common to be one another's, as a small number that stands for it.
struct TemplateSignatures {
  private struct Signature: Hashable {
    /// The numbers of all members in a row; empty where they need not agree.
    var numbers: [Int]
    var holes: Int
    /// One where all members have it.
    var shapes: [[Int]]
  }

  private var known: [Signature: Int] = [:]

  /// The templates as names, their signatures in the place of shapes.
  ///
  /// - Parameter strictly: the same numbers on both sides, not only as many in a name.
  mutating func names(_ templates: KeyTemplates, _ names: KeyNames, strictly: Bool) -> KeyNames {
    var result = names
    result.names = templates.texts
    result.shapes = templates.members.indices.map { index in
      let numbers = templates.numbers[index]
      let shapes = templates.members[index].map { names.shapes[$0] }
      let isUniform = shapes.allSatisfy { $0 == shapes[0] }
      let signature = Signature(
        numbers: strictly ? numbers.flatMap { $0 } : [], holes: numbers[0].count,
        shapes: isUniform ? [shapes[0]] : strictly ? shapes : [[-1]])
      let id = known[signature] ?? known.count
      known[signature] = id
      return [id]
    }
    return result
  }
}
