// SPDX-License-Identifier: Apache-2.0

/// A block of elements out of an arena; it goes back to the arena when nothing holds it any more.
package final class Block<Element: BitwiseCopyable> {
  private let arena: Arena
  private let place: Arena.Place
  package let count: Int

  @unsafe var base: UnsafeMutablePointer<Element> { unsafe place.base.assumingMemoryBound(to: Element.self) }

  /// Uninitialised.
  package init(_ arena: Arena, count: Int) {
    self.arena = arena
    self.count = count
    self.place = arena.take(count * MemoryLayout<Element>.stride)
  }

  deinit { arena.release(place) }

  /// The block as a matrix, which holds it.
  package func rows(_ rows: Int, _ columns: Int) -> Rows<Element> { Rows(self, rows, columns) }
}
