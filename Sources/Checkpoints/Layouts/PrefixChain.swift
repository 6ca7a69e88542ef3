// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Follows the prefixes of a state dict's keys inwards: wrappers that every key has, then `backbone.`.
struct PrefixChain {
  /// DistributedDataParallel and DataParallel; torch.compile.
  static let wrapperNames = ["module.", "_orig_mod."]

  /// What DINO and its followers call the parts beside `backbone.`: facebookresearch/dino and 3D-Speaker `head.`,
  /// facebookresearch/dinov2 the others.
  static let headNames = ["head.", "dino_head.", "ibot_head."]

  /// Counters that averaged models keep beside `module.`: `torch.optim.swa_utils.AveragedModel`, and MMEngine's
  /// `BaseAveragedModel`.
  static let counters = ["n_averaged", "steps"]

  private(set) var prefix = ""
  private(set) var wrappers: [String] = []
  private(set) var hasHead = false
  private(set) var dropped: [Branch.Part] = []
  /// Prefixes below `prefix` that go.
  private(set) var inside: [String] = []
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
    let named = keys.filter { !Self.counters.contains(String($0)) }
    guard named.count < keys.count, !named.isEmpty, named.allSatisfy({ $0.rest(after: "module.") != nil })
    else {
      return
    }
    wrappers.append("module.")
    go(into: "module.")
    peelWrappers()
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

  /// Goes into `backbone.` where a head lies beside it, and says whether one does.
  @discardableResult
  mutating func goIntoBackboneBesideHead() -> Bool {
    guard someKeyHas("backbone."), Self.headNames.contains(where: someKeyHas) else { return false }
    go(into: "backbone.")
    hasHead = true
    return true
  }

  /// Leaves out WeSpeaker's `projection_head.`, a DINO head that lies among the keys of the backbone, and says
  /// whether there is one (`wespeaker/ssl/models/dino_wrapper.py`).
  mutating func dropProjectionHead() -> Bool {
    let head = "projection_head."
    guard keys.contains(where: { $0.hasPrefix("projection_head.last_layer.") }) else { return false }
    let count = keys.count
    keys.removeAll { $0.rest(after: head) != nil }
    dropped.append(Branch.Part(prefix: prefix + head, tensors: count - keys.count))
    inside.append(head)
    return !keys.isEmpty
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
