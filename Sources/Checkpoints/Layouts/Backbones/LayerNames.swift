// SPDX-License-Identifier: Apache-2.0

/// The keys of a network and the modules above them: which layers a state dict has anything of.
package struct LayerNames: Sendable {
  private var names: Set<String> = []
  /// By what stands before a number at a name's end, one more than the highest number there.
  private var ends: [String: Int] = [:]

  /// No network that is known nests deeper, so that a key of thousands of parts costs no more than another.
  private static let deepest = 8

  package init(_ keys: some Sequence<String>) {
    for key in keys {
      var path = key[...]
      guard insert(path) else { continue }
      for _ in 0..<Self.deepest {
        guard let dot = path.lastIndex(of: ".") else { break }
        path = path[..<dot]
        guard insert(path) else { break }
      }
    }
  }

  private mutating func insert(_ name: Substring) -> Bool {
    guard names.insert(String(name)).inserted else { return false }
    let digits = name.utf8.reversed().prefix(5).prefix { (0x30...0x39).contains($0) }.count
    if (1...4).contains(digits), let number = Int(name.suffix(digits)) {
      ends[String(name.dropLast(digits)), default: 0].raise(to: number + 1)
    }
    return true
  }

  /// Whether there is a key of that name, or one below it.
  package func has(_ name: String) -> Bool { names.contains(name) }

  /// One more than the highest number that follows a prefix: `blocks.` with `blocks.0` and `blocks.3` gives 4.
  func end(_ prefix: String) -> Int { ends[prefix] ?? 0 }

  /// The shortest name above a key, or the key itself, below which there is nothing; nil where the key is there.
  package func gap(at key: String) -> String? {
    guard !has(key) else { return nil }
    var name = ""
    for part in key.split(separator: ".") {
      name += (name.isEmpty ? "" : ".") + part
      if !has(name) { return name }
    }
    return key
  }
}

extension Int {
  fileprivate mutating func raise(to other: Int) { self = Swift.max(self, other) }
}
