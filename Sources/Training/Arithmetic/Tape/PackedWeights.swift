// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// In which form a weight is read.
struct PackedForm: Hashable {
  let taps: Int
  /// The taps in the order in which they lie.
  let order: [Int]
  let transposed: Bool
}

/// Packed weights that several tapes share while the weights stay as they are: every utterance of an evaluation reads
/// the same, and packing them takes a fifth of the time of a short one.
///
/// Thread-safe: the first that asks packs, with the others waiting; nothing is changed afterwards.
package final class PackedWeights<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable>: @unchecked Sendable
{
  private struct Key: Hashable {
    let tensor: ObjectIdentifier
    let columns: Range<Int>
    let form: PackedForm
  }

  private let lock = Mutex(())
  private let arena = Arena(regionBytes: 8 << 20)
  /// The thread that asks, alone: the tapes' own threads are at work.
  private let workers = Workers(1)
  private var kept: [Key: Rows<Real>] = [:]

  package init() {}

  /// - Parameters:
  ///   - weight: of a `Parameter`, which outlives this.
  ///   - pack: makes the form, which nothing is written to afterwards.
  func rows(
    _ weight: Variable<Real>, _ form: PackedForm, _ pack: (Arena, Workers) -> Rows<Real>
  ) -> Rows<Real> {
    let key = Key(tensor: ObjectIdentifier(weight.tensor), columns: weight.columns, form: form)
    return lock.withLock { _ in
      if let found = kept[key] { return found }
      let packed = pack(arena, workers)
      kept[key] = packed
      return packed
    }
  }
}

extension Tape {
  /// A weight in some form: packed now, or before, where tapes share what they pack.
  func packed(
    _ weight: Variable<Real>, _ form: PackedForm, _ pack: (Arena, Workers) -> Rows<Real>
  ) -> Rows<Real> {
    guard let packed, weight.tensor.isParameter else { return pack(arena, workers) }
    return packed.rows(weight, form, pack)
  }
}
