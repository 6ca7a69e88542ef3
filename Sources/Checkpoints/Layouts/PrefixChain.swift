// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Follows the prefixes of a state dict's keys inwards: wrappers that every key has, then `backbone.`.
struct PrefixChain {
  /// DistributedDataParallel and DataParallel; torch.compile.
  static let wrapperNames = ["module.", "_orig_mod."]

  private(set) var prefix = ""
  private(set) var wrappers: [String] = []
  private(set) var hasHead = false
  private(set) var dropped: [Branch.Part] = []
  /// The keys that lie under `prefix`, without it.
  private(set) var keys: [Substring]

  init(_ keys: [String]) {
    self.keys = keys.map { $0[...] }
  }

  /// Peels wrappers, in any order and as often as they come.
  mutating func peelWrappers() {
    while let wrapper = Self.wrapperNames.first(where: everyKeyHas) {
      wrappers.append(wrapper)
      go(into: wrapper)
    }
  }

  /// Goes into `name`, and remembers what lies beside it as dropped.
  mutating func go(into name: String) {
    var beside: OrderedDictionary<Substring, Int> = [:]
    var inside: [Substring] = []
    for key in keys {
      if let rest = key.rest(after: name) {
        inside.append(rest)
      } else {
        beside[Self.first(key), default: 0] += 1
      }
    }
    dropped += beside.map { Branch.Part(prefix: prefix + $0.key, tensors: $0.value) }
    keys = inside
    prefix += name
  }

  mutating func goIntoBackboneBesideHead() {
    go(into: "backbone.")
    hasHead = true
  }

  func everyKeyHas(_ name: String) -> Bool {
    !keys.isEmpty && keys.allSatisfy { $0.rest(after: name) != nil }
  }

  func someKeyHas(_ name: String) -> Bool { keys.contains { $0.rest(after: name) != nil } }

  /// First components with their dot, in order.
  var firstComponents: [String] { Array(OrderedSet(keys.map { String(Self.first($0)) })) }

  private static func first(_ key: Substring) -> Substring {
    key.utf8.firstIndex(of: UInt8(ascii: ".")).map { key[...$0] } ?? key
  }
}
