// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A weight as the tiles read it. Nothing is written to it once it is made.
struct PackedTaps<Numbers: Kernels>: Sendable {
  let rows: Rows<Numbers.Real>

  init(
    _ arena: Arena, _ workers: Workers, _ weight: Variable<Numbers.Real>, _ taps: Int, _ order: WindowTaps,
    transposed: Bool
  ) {
    let outputs = transposed ? weight.channels / taps : weight.rows
    let padded = WindowTaps.padded(outputs)
    let rows = Rows<Numbers.Real>(arena, order.inner, padded)
    workers.forEach(Numbers.packedBlocks(outputs), elements: order.inner * padded) {
      Numbers.pack(weight.value, taps, order, transposed: transposed, block: $0, into: rows)
    }
    self.rows = rows
  }
}

/// Packed weights that several tapes share while the weights stay as they are: every utterance of an evaluation reads
/// the same, and packing them takes a fifth of the time of a short one.
///
/// Thread-safe: the first that asks packs, with the others waiting; nothing is changed afterwards.
package final class PackedWeights<Numbers: Kernels>: @unchecked Sendable {
  private struct Key: Hashable {
    let tensor: ObjectIdentifier
    let columns: Range<Int>
    let taps: Int
    let order: [Int]
    let transposed: Bool
  }

  private let lock = Mutex(())
  private let arena = Arena(regionBytes: 8 << 20)
  /// The thread that asks, alone: the tapes' own threads are at work.
  private let workers = Workers(1)
  private var kept: [Key: PackedTaps<Numbers>] = [:]

  /// - Parameter weight: of a `Parameter`, which outlives this.
  func taps(
    _ weight: Variable<Numbers.Real>, _ taps: Int, _ order: WindowTaps, transposed: Bool
  ) -> PackedTaps<Numbers> {
    let key = Key(
      tensor: ObjectIdentifier(weight.tensor), columns: weight.columns, taps: taps, order: order.order,
      transposed: transposed)
    return lock.withLock { _ in
      if let found = kept[key] { return found }
      let packed = PackedTaps<Numbers>(arena, workers, weight, taps, order, transposed: transposed)
      kept[key] = packed
      return packed
    }
  }
}

extension Tape {
  /// `weight` as the tiles read it: packed now, or before, where tapes share what they pack.
  func packedTaps(
    _ weight: Variable<Real>, _ taps: Int, _ order: WindowTaps, transposed: Bool
  ) -> PackedTaps<Numbers> {
    if let packed, weight.tensor.isParameter {
      return packed.taps(weight, taps, order, transposed: transposed)
    }
    return PackedTaps(arena, workers, weight, taps, order, transposed: transposed)
  }
}
