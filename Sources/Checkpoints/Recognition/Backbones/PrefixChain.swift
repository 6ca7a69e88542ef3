// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Follows the prefixes of a state dict's keys inwards: wrappers that every key has, then `backbone.`.
struct PrefixChain {
  /// DistributedDataParallel and DataParallel; torch.compile.
  static let wrapperNames: [Text] = ["module.", "_orig_mod."]

  /// What DINO and its followers call the parts beside `backbone.`: facebookresearch/dino and 3D-Speaker `head.`,
  /// facebookresearch/dinov2 the others.
  static let headNames: [Text] = ["head.", "dino_head.", "ibot_head."]

  /// Counters that averaged models keep beside `module.`: `torch.optim.swa_utils.AveragedModel`, and MMEngine's
  /// `BaseAveragedModel`.
  static let counters: [Text] = ["n_averaged", "steps"]

  private(set) var prefix: Text = ""
  private(set) var wrappers: [Text] = []
  private(set) var hasHead = false
  private(set) var dropped: [DroppedPart] = []
  /// Prefixes below `prefix` that go.
  private(set) var inside: [Text] = []
  /// The keys that lie under `prefix`, without it.
  private(set) var keys: [Text]

  init(_ keys: [Text]) { self.keys = keys }

  /// Peels wrappers, in any order and as often as they come.
  mutating func peelWrappers() {
    while let wrapper = Self.wrapperNames.first(where: everyKeyHas) {
      wrappers.append(wrapper)
      go(into: wrapper)
    }
    let named = keys.filter { !Self.counters.contains($0) }
    guard named.count < keys.count, !named.isEmpty, named.allSatisfy({ $0.rest(after: "module.") != nil })
    else {
      return
    }
    wrappers.append("module.")
    go(into: "module.")
    peelWrappers()
  }

  /// Goes into `name`, and remembers what lies beside it as dropped.
  mutating func go(into name: Text) {
    var beside: OrderedDictionary<Text, Int> = [:]
    var inside: [Text] = []
    for key in keys {
      if let rest = key.rest(after: name) {
        inside.append(rest)
      } else {
        beside[Self.first(key), default: 0] += 1
      }
    }
    dropped += beside.map { DroppedPart(path: prefix + $0.key, tensors: $0.value) }
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
    let head: Text = "projection_head."
    guard keys.contains(where: { $0.hasPrefix("projection_head.last_layer.") }) else { return false }
    let count = keys.count
    keys.removeAll { $0.rest(after: head) != nil }
    dropped.append(DroppedPart(path: prefix + head, tensors: count - keys.count))
    inside.append(head)
    return !keys.isEmpty
  }

  func everyKeyHas(_ name: Text) -> Bool {
    !keys.isEmpty && keys.allSatisfy { $0.rest(after: name) != nil }
  }

  func someKeyHas(_ name: Text) -> Bool { keys.contains { $0.rest(after: name) != nil } }

  /// First components with their dot, in order.
  var firstComponents: [Text] { Array(OrderedSet(keys.map(Self.first))) }

  private static func first(_ key: Text) -> Text {
    key.firstIndex(of: ".").map { key[0..<$0 + 1] } ?? key
  }
}
