// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import Synchronization

/// Keeps decoded and resampled waves in memory, so that later epochs need not decode them again.
///
/// Waves are kept in the order in which they are first used, until the budget is spent; what is kept never changes a
/// result, only how long it takes.
package final class WaveCache: Sendable {
  private let kept = Mutex<[Int: Waveform]>([:])
  private let budget: MemoryBudget

  /// - Parameter budget: bytes; 0 keeps nothing.
  package convenience init(budget: Int) { self.init(MemoryBudget(budget)) }

  /// - Parameter budget: where it takes memory from, as others do.
  package init(_ budget: MemoryBudget) { self.budget = budget }

  /// Bytes in use.
  package var bytes: Int { kept.withLock { $0.values.reduce(0) { $0 + Self.bytes(of: $1) } } }

  private static func bytes(of wave: Waveform) -> Int {
    wave.samples.count * MemoryLayout<Float>.stride
  }

  /// `count` samples at 16 kHz of item `index`, beginning where `start` says; fewer where the recording is shorter.
  package func segment(
    of path: String, item index: Int, count: Int, start: (_ length: Int) -> Int
  ) throws(CheckpointError) -> Waveform {
    if let wave = kept.withLock({ $0[index] }) {
      return wave.segment(from: start(wave.samples.count), count: count)
    }
    let header = try AudioFile(path)
    let samples = Double(header.frames) * Double(Waveform.modelRate) / Double(header.sampleRate)
    guard samples * 4 < Double(budget.left) else {
      return try Waveform.loadSegment(path, count: count, start: start)
    }
    let wave = try Waveform.load(path)
    kept.withLock { kept in
      if kept[index] == nil, budget.take(Self.bytes(of: wave)) { kept[index] = wave }
    }
    return wave.segment(from: start(wave.samples.count), count: count)
  }
}
