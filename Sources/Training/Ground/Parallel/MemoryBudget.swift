// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Bytes that several caches share: what one has taken, no other gets, and together they never hold more.
package final class MemoryBudget: Sendable {
  private let free: Mutex<Int>

  package init(_ bytes: Int) { free = Mutex(bytes) }

  /// Bytes that nobody has taken.
  package var left: Int { free.withLock { $0 } }

  /// Takes so many bytes, or none where fewer are left.
  package func take(_ bytes: Int) -> Bool {
    free.withLock { free in
      guard bytes <= free else { return false }
      free -= bytes
      return true
    }
  }

  /// Gives back what was taken.
  package func giveBack(_ bytes: Int) { free.withLock { $0 += bytes } }
}
