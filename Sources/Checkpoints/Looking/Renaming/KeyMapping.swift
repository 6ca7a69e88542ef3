// SPDX-License-Identifier: Apache-2.0

/// Which tensor of a file goes to which of a network: at most one each way.
struct KeyMapping: Hashable, Sendable {
  /// For each tensor of the network the position in the file; nil where none is known.
  private(set) var sources: [Int?]
  /// The pairs among them whose shapes differ: they go by their names, and do not load.
  private(set) var misshapen: Set<Int> = []
  private var taken: Set<Int> = []

  init(count: Int) { sources = Array(repeating: nil, count: count) }

  /// Pairs that load.
  var matched: Int { taken.count - misshapen.count }

  func isTaken(_ found: Int) -> Bool { taken.contains(found) }

  /// Adds a pair, unless one of the two has a partner already.
  mutating func add(_ pair: KeyPair, fits: Bool) {
    guard sources[pair.wanted] == nil, taken.insert(pair.found).inserted else { return }
    sources[pair.wanted] = pair.found
    if !fits { misshapen.insert(pair.wanted) }
  }

  /// Tensors of the network that nothing was found for.
  var open: [Int] { sources.indices.filter { sources[$0] == nil } }

  /// Whether numbered parts stay in order: what goes to `net.2` does not come from after what goes to `net.4`.
  /// With `wholly`, numbered parts also have to be as many on both sides.
  func keepsOrder(wanted: KeyNames, found: KeyNames, wholly: Bool) -> Bool {
    struct Place: Hashable {
      var wanted: Text
      var found: Text
    }
    var sequences: [Place: [Int: Int]] = [:]
    for (index, source) in sources.enumerated() {
      guard let source else { continue }
      let (left, right) = (wanted.names[index], found.names[source])
      let depths = (Self.depth(left), Self.depth(right))
      let others = KeyNames.numbers(in: right)
      for part in KeyNames.numbers(in: left) {
        // Counted from the end: prefixes come and go.
        guard let other = others.first(where: { depths.1 - $0.position == depths.0 - part.position }) else {
          continue
        }
        let place = Place(wanted: part.parent, found: other.parent)
        if let known = sequences[place, default: [:]].updateValue(other.number, forKey: part.number),
          known != other.number
        {
          return false
        }
      }
    }
    let counts = wholly ? (Self.counts(wanted), Self.counts(found)) : ([:], [:])
    return sequences.allSatisfy { place, numbers in
      let sorted = numbers.sorted { $0.key < $1.key }.map(\.value)
      let isMoved = numbers.contains { $0.key != $0.value }
      return zip(sorted, sorted.dropFirst()).allSatisfy { $0 < $1 }
        && (!wholly || !isMoved || counts.0[place.wanted] == counts.1[place.found])
    }
  }

  private static func depth(_ name: Text) -> Int { name.places(of: ".").count }

  /// How many numbered parts lie under each prefix.
  private static func counts(_ names: KeyNames) -> [Text: Int] {
    var numbers: [Text: Set<Int>] = [:]
    for name in names.names {
      for part in KeyNames.numbers(in: name) { numbers[part.parent, default: []].insert(part.number) }
    }
    return numbers.mapValues(\.count)
  }
}
