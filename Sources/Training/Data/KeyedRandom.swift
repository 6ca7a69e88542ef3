// SPDX-License-Identifier: Apache-2.0

/// Random numbers that depend on a key alone: (seed, purpose, epoch, item).
///
/// Each draw of the loader has a stream of its own, so that neither the number of threads, nor the order in which they
/// work, nor a resumed run changes a result. SplitMix64 (Steele, Lea and Flood, 2014), keyed by absorbing the words
/// one by one.
package struct KeyedRandom: RandomNumberGenerator, Sendable {
  /// What the numbers are for; streams of different purposes are independent.
  package enum Purpose: UInt64, Sendable {
    case shuffle = 1
    case crop = 2
  }

  private var state: UInt64

  package init(seed: UInt64, _ purpose: Purpose, epoch: Int, item: Int = 0) {
    state = 0
    for word in [seed, purpose.rawValue, UInt64(bitPattern: Int64(epoch)), UInt64(bitPattern: Int64(item))] {
      state = Self.mix(state &+ 0x9E37_79B9_7F4A_7C15) ^ word
      state = Self.mix(state)
    }
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  private static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A whole number in 0..<bound.
  ///
  /// Written out, since the standard library's own way may change between versions and with it every result.
  package mutating func index(below bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number in [0, 1) with 53 random bits.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// The numbers 0..<count in random order (Fisher and Yates).
  package mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    guard count > 1 else { return order }
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, index(below: last + 1))
    }
    return order
  }
}
