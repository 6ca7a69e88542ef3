// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The inverse of the standard normal distribution (probit; `torch.special.ndtri`).
package enum NormalDeviate {
  /// The z that a share `probability` of a normal distribution lies below; held to -8...8.
  package static func of(_ probability: Double) -> Double {
    guard probability > 0 else { return -8 }
    guard probability < 1 else { return 8 }
    // erfc is monotone and exact in its tails: halving finds the place to the last bits.
    var (low, high) = (-8.0, 8.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
