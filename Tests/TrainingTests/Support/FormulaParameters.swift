// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Synchronization
import Training

/// The weights that the network goldens were made with: a hash of (row in the state dict, element).
struct FormulaParameters: ParameterSource {
  private let rows: [String: Int]

  init(_ keys: [KeyLine]) {
    rows = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1.name, $0) })
  }

  func counter(for key: String) throws(CheckpointError) -> Int64 { 7 }

  func values(
    for key: String, shape: [Int], initial: Initialiser
  ) throws(CheckpointError) -> [Float] {
    guard let row = rows[key] else {
      throw CheckpointError(.misfit, "not in the key list", at: .init(key: key))
    }
    let count = shape.reduce(1, *)
    let bound = (3 * Double(shape[0]) / Double(count)).squareRoot()
    let (offset, scale): (Double, Double) =
      if key.hasSuffix("running_var") {
        (0.5, 1)
      } else if key.hasSuffix("running_mean") {
        (-0.1, 0.2)
      } else if shape.count == 1 && key.hasSuffix(".weight") {
        (0.8, 0.4)
      } else if shape.count == 1 {
        (-0.1, 0.2)
      } else {
        (-bound, 2 * bound)
      }
    return Self.filled(Fill(row: row, count: count, offset: offset, scale: scale))
  }

  private struct Fill: Hashable {
    let row: Int
    let count: Int
    let offset: Double
    let scale: Double
  }

  /// Several networks share their large tensors, and filling them is slow in a debug build.
  private static let cache = Mutex<[Fill: [Float]]>([:])

  private static func filled(_ fill: Fill) -> [Float] {
    if let values = cache.withLock({ $0[fill] }) { return values }
    let start = UInt32(truncatingIfNeeded: fill.row) &* 40503 &+ 12345
    let (offset, scale) = (fill.offset, fill.scale / 4_294_967_296)
    let values = unsafe [Float](unsafeUninitializedCapacity: fill.count) { buffer, count in
      var word = start
      var i = 0
      while i < fill.count {
        var h = word
        h ^= h >> 16
        h = h &* 2_246_822_519
        h ^= h >> 13
        unsafe buffer[i] = Float(offset + scale * Double(h))
        word = word &+ 2_654_435_761
        i &+= 1
      }
      count = fill.count
    }
    cache.withLock { $0[fill] = values }
    return values
  }
}
