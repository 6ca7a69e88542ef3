// SPDX-License-Identifier: Apache-2.0

extension Tape {
  /// Features, a row of mel bins for each frame, as a map of one channel. No gradient goes through it.
  package func map(of features: Variable<Real>) -> Map2d<Real> {
    let (bins, frames) = (features.channels, features.positions)
    let map = make(batch: features.batch, positions: bins * frames, channels: 1, requiresGradient: false)
    workers.forEach(features.batch, elements: features.elements) { b in
      let (rows, target) = (features.value.rows(features.utterance(b)), map.value.rows(map.utterance(b)))
      for f in 0..<bins {
        Numbers.add(
          rows.columns(f..<(f + 1)), into: target.rows((f * frames)..<((f + 1) * frames)), accumulate: false)
      }
    }
    trace { $0.give($0.map(of: features), to: map, .map) }
    return Map2d(map, frequencies: bins, frames: frames)
  }
}
