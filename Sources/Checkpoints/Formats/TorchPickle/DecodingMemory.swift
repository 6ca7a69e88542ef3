// SPDX-License-Identifier: Apache-2.0

/// What a decoder has made of parts that many calls of a pickle share: made once, however many calls there are.
///
/// A call of five bytes may name arguments of megabytes that the memo holds. What it makes of them must not be as large
/// each time, or a kilobyte asks for terabytes.
final class DecodingMemory {
  private var sizes: [PickleGraph.ID: [Int]] = [:]
  private var bytes: [PickleGraph.ID: [UInt8]] = [:]
  /// Parts that may yet be copied from one container into another.
  private var partsLeft: Int

  /// Up to this length a thing is made anew: that is faster than to look it up.
  private static let small = 16

  /// - Parameter nodes: of the pickle; a writer copies each about once.
  init(nodes: Int) { partsLeft = 4 * nodes + 1 << 20 }

  func sizes(_ id: PickleGraph.ID, count: Int, _ make: () -> [Int]?) -> [Int]? {
    if count <= Self.small { return make() }
    if let known = sizes[id] { return known }
    let made = make()
    sizes[id] = made
    return made
  }

  func bytes(_ id: PickleGraph.ID, count: Int, _ make: () -> [UInt8]?) -> [UInt8]? {
    if count <= Self.small { return make() }
    if let known = bytes[id] { return known }
    let made = make()
    bytes[id] = made
    return made
  }

  /// Whether so many parts may be copied. A call for which they may not stays as it stands in the pickle.
  func mayCopy(_ parts: Int) -> Bool {
    guard parts <= partsLeft else { return false }
    partsLeft -= parts
    return true
  }
}

extension TorchDecoder {
  /// How many parts the attributes of a composite tensor have, as `Document.parts(of:)` counts them, up to its bound.
  func attributeCount(_ state: PickleGraph.ID) -> Int {
    var count = 0
    var stack = [state]
    while let id = stack.popLast(), count < Document.partLimit {
      count += 1
      switch graph[id] {
      case .list(let items), .tuple(let items), .set(let items), .frozenset(let items):
        stack += items.prefix(Document.partLimit)
      case .dict(let pairs): stack += pairs.prefix(Document.partLimit).map(\.value)
      case .object(let object):
        stack +=
          object.items.prefix(Document.partLimit) + object.pairs.prefix(Document.partLimit).map(\.value)
        stack += object.states.prefix(Document.partLimit) + [object.arguments]
      default: break
      }
    }
    return count
  }
}
