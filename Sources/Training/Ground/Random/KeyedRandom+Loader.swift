// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// What the loader draws. Each purpose has a stream of its own, keyed by (seed, purpose, epoch, item), so that neither the
/// number of threads, nor the order in which they work, nor a resumed run changes a result.
extension KeyedRandom {
  package enum Purpose: UInt64, Sendable {
    case shuffle = 1
    case crop = 2
    case speed = 3
    /// What is done to a cropped wave.
    case augmentation = 4
    case dinoCrops = 5
    /// What is done to the crops of DINO, one after the other.
    case dinoAugmentation = 6
    case erasing = 7
    /// Speakers of trials.
    case bootstrap = 8
  }

  package init(seed: UInt64, _ purpose: Purpose, epoch: Int, item: Int = 0) {
    self.init(seed: seed, purpose.rawValue, UInt64(bitPattern: Int64(epoch)), UInt64(bitPattern: Int64(item)))
  }

  /// A whole number in 0..<bound.
  ///
  /// Written out, since the standard library's own way may change between versions and with it every result.
  package mutating func index(below bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Uniform in `range`, its upper end left out.
  package mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// `count` different whole numbers in 0..<bound, each choice and order equally likely.
  ///
  /// - Precondition: `bound` is at least `count`.
  package mutating func sample(_ count: Int, below bound: Int) -> [Int] {
    precondition(bound >= count)
    var chosen: [Int] = []
    while chosen.count < count {
      let next = index(below: bound)
      if !chosen.contains(next) { chosen.append(next) }
    }
    return chosen
  }

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
