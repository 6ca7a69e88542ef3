// SPDX-License-Identifier: Apache-2.0

/// A random stream that is named, not carried along: the same (seed, words) or (seed, name) gives the same
/// numbers whatever was drawn before, on whichever thread, after whichever resume.
///
/// Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011): the key is the
/// seed, the counter is the stream's name and the position in it.
package struct KeyedRandom: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let stream: SIMD2<UInt32>
  private var position: UInt64 = 0
  private var ready: [UInt64] = []

  /// A stream for some words, for example (epoch, item).
  package init(seed: UInt64, _ words: UInt64...) {
    self.init(seed: seed, stream: Self.digest(words))
  }

  /// A stream for a name, for example a parameter's key.
  package init(seed: UInt64, name: String) {
    self.init(seed: seed, stream: Self.digest(name.utf8.map(UInt64.init)))
  }

  private init(seed: UInt64, stream: UInt64) {
    self.key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.stream = SIMD2(UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
  }

  package mutating func next() -> UInt64 {
    if let value = ready.popLast() { return value }
    let words = Self.philox(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32), stream.x, stream.y),
      key: key)
    position += 1
    ready.append(UInt64(words.w) << 32 | UInt64(words.z))
    return UInt64(words.y) << 32 | UInt64(words.x)
  }

  /// Leaves out the next `count` numbers.
  package mutating func skip(_ count: Int) {
    guard count > 0 else { return }
    let rest = ready.popLast() == nil ? count : count - 1
    position += UInt64(rest / 2)
    if rest % 2 == 1 { _ = next() }
  }

  /// Uniform in 0 ..< 1, on a grid of 2^-53.
  package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Ten rounds of Philox 4x32.
  package static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (counter, key) = (counter, key)
    for _ in 0..<10 {
      let first = UInt64(counter.x) * 0xD251_1F53
      let second = UInt64(counter.z) * 0xCD9E_8D57
      counter = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ counter.y ^ key.x, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ counter.w ^ key.y, UInt32(truncatingIfNeeded: first))
      key = SIMD2(key.x &+ 0x9E37_79B9, key.y &+ 0xBB67_AE85)
    }
    return counter
  }

  /// 64 bits for a list of words: each word is mixed in by the finaliser of SplitMix64.
  private static func digest(_ words: [UInt64]) -> UInt64 {
    var state = UInt64(words.count)
    for word in words {
      state = (state ^ word) &+ 0x9E37_79B9_7F4A_7C15
      state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
    }
    return state
  }
}
