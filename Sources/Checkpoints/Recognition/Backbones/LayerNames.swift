// SPDX-License-Identifier: Apache-2.0

/// The keys of a network and the modules above them: which layers a state dict has anything of.
package struct LayerNames: Sendable {
  private var names: Set<Text> = []
  /// By what stands before a number at a name's end, one more than the highest number there.
  private var ends: [Text: Int] = [:]

  /// Only so many modules above a key are known: a key of thousands of parts costs no more than another.
  private static let deepest = 16

  package init(_ keys: some Sequence<Text>) {
    for key in keys where insert(key) {
      for dot in key.places(of: ".").prefix(Self.deepest) { _ = insert(key.dropLast(key.count - dot)) }
    }
  }

  private mutating func insert(_ name: Text) -> Bool {
    guard names.insert(name).inserted else { return false }
    var (number, digits, place) = (0, 0, 1)
    name.withBytes { bytes in
      // A longer number is none of a layer's.
      while digits < min(bytes.count, 5), (0x30...0x39).contains(bytes[bytes.count - 1 - digits]) {
        number += place * Int(bytes[bytes.count - 1 - digits] - 0x30)
        (digits, place) = (digits + 1, place * 10)
      }
    }
    if (1...4).contains(digits) {
      let prefix = name.dropLast(digits)
      ends[prefix] = max(ends[prefix] ?? 0, number + 1)
    }
    return true
  }

  /// Whether there is a key of that name, or one below it.
  package func has(_ name: Text) -> Bool { names.contains(name) }

  /// One more than the highest number that follows a prefix: `blocks.` with `blocks.0` and `blocks.3` gives 4.
  package func end(_ prefix: Text) -> Int { ends[prefix] ?? 0 }

  /// The shortest name above a key, or the key itself, below which there is nothing; nil where the key is there.
  package func gap(at key: Text) -> Text? {
    guard !has(key) else { return nil }
    for dot in key.places(of: ".").prefix(Self.deepest) {
      let name = key.dropLast(key.count - dot)
      if !has(name) { return name }
    }
    return key
  }

  /// Layers that are not there, in the network's order, each by the shortest name below which there is nothing.
  ///
  /// - Parameter layers: each by the key of its weight, or of what else it always has.
  package func missing(_ layers: [String]) -> [Text] {
    var found: [Text] = []
    for layer in layers {
      if let gap = gap(at: Text(layer)), !found.contains(gap) { found.append(gap) }
    }
    return found
  }
}
