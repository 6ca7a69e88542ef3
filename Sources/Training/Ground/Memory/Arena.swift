// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Memory for tensors: 64-byte aligned blocks out of large mapped regions with huge pages, which are kept
/// and used again from step to step. A fresh page costs more than the arithmetic on it.
///
/// Not thread-safe: blocks are taken and given back by the one thread that drives the tape.
package final class Arena {
  @safe private struct Region {
    let base: UnsafeMutableRawPointer
    let count: Int
    /// Free ranges of bytes, sorted, never adjacent.
    var free: [Range<Int>]
  }

  /// Bytes of a region, unless one block needs more: a whole number of 2 MiB pages.
  private let regionBytes: Int
  /// Whether the memory is counted more than it is used: then it may be more than there is, in small pages.
  private let isPlanned: Bool
  private var regions: [Region] = []

  /// Bytes in use now, and the most that ever were.
  package private(set) var bytesInUse = 0
  package private(set) var peakBytes = 0

  package init(regionBytes: Int = 64 << 20, planned: Bool = false) {
    self.regionBytes = max(2 << 20, regionBytes)
    self.isPlanned = planned
  }

  deinit {
    for region in regions { _ = unsafe munmap(region.base, region.count) }
  }

  /// A place in the arena; `release` takes it back.
  @safe struct Place {
    fileprivate let region: Int
    fileprivate let bytes: Range<Int>
    let base: UnsafeMutableRawPointer
  }

  /// Uninitialised memory of at least `count` bytes.
  func take(_ count: Int) -> Place {
    let size = max(64, (count + 63) & ~63)
    for index in regions.indices {
      if let place = carve(size, from: index) { return place }
    }
    regions.append(map(max(regionBytes, (size + (2 << 20) - 1) & ~((2 << 20) - 1))))
    guard let place = carve(size, from: regions.count - 1) else {
      preconditionFailure("a fresh region holds the block it was made for")
    }
    return place
  }

  func release(_ place: Place) {
    bytesInUse -= place.bytes.count
    regions[place.region].free.insert(merging: place.bytes)
  }

  private func carve(_ size: Int, from index: Int) -> Place? {
    guard let slot = regions[index].free.firstIndex(where: { $0.count >= size }) else { return nil }
    let range = regions[index].free[slot]
    let taken = range.lowerBound..<(range.lowerBound + size)
    if range.count == size {
      regions[index].free.remove(at: slot)
    } else {
      regions[index].free[slot] = taken.upperBound..<range.upperBound
    }
    bytesInUse += size
    peakBytes = max(peakBytes, bytesInUse)
    return unsafe Place(region: index, bytes: taken, base: regions[index].base + taken.lowerBound)
  }

  private func map(_ count: Int) -> Region {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | (isPlanned ? MAP_NORESERVE : 0)
    let base = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let base = unsafe base, unsafe base != MAP_FAILED else {
      preconditionFailure("out of memory: \(count) more bytes were refused; try a smaller batch")
    }
    _ = unsafe madvise(base, count, isPlanned ? MADV_NOHUGEPAGE : MADV_HUGEPAGE)
    return unsafe Region(base: base, count: count, free: [0..<count])
  }
}

extension [Range<Int>] {
  /// Adds a range to a sorted list of ranges, joined with its neighbours where they touch.
  fileprivate mutating func insert(merging range: Range<Int>) {
    let index = firstIndex { $0.lowerBound > range.lowerBound } ?? count
    var merged = range
    var replaced = index..<index
    if index > 0, self[index - 1].upperBound == range.lowerBound {
      merged = self[index - 1].lowerBound..<merged.upperBound
      replaced = (index - 1)..<index
    }
    if index < count, self[index].lowerBound == range.upperBound {
      merged = merged.lowerBound..<self[index].upperBound
      replaced = replaced.lowerBound..<(index + 1)
    }
    replaceSubrange(replaced, with: CollectionOfOne(merged))
  }
}
