// SPDX-License-Identifier: Apache-2.0
package import Checkpoints

/// Sounds brought to a length; `place` says where a longer one is cut, from 0 to below 1.
extension SoundList {
  /// A cut anywhere, both ends included; a shorter sound again and again from its beginning.
  package func tiled(_ index: Int, count: Int, place: Double) throws(CheckpointError) -> [Double] {
    let sound = try samples(of: index, count: count) { Self.start(of: $0 - count + 1, place) }
    return (0..<count).map { sound[$0 % sound.count] }
  }

  /// A cut anywhere but at the very end; a shorter sound with silence behind it.
  package func padded(_ index: Int, count: Int, place: Double) throws(CheckpointError) -> [Double] {
    let sound = try samples(of: index, count: count) { Self.start(of: $0 - count, place) }
    return sound + repeatElement(0, count: count - sound.count)
  }

  private static func start(of places: Int, _ place: Double) -> Int {
    max(0, min(Int(place * Double(places)), places - 1))
  }
}
