// SPDX-License-Identifier: Apache-2.0

extension Stem2d {
  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    tape.normalise(conv(tape, x), norm, then: .relu)
  }
}

extension Shortcut2d {
  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    tape.normalise(conv(tape, x), norm, then: .none)
  }
}

extension BasicBlock2d {
  var values: Int { norm1.channels + norm2.channels }

  func callAsFunction<Numbers: Kernels>(
    _ tape: Tape<Numbers>, _ x: Map2d<Real>
  ) -> Map2d<Real> where Numbers.Real == Real {
    let y = conv2(tape, tape.normalise(conv1(tape, x), norm1, then: .relu))
    return tape.normalise(y, norm2, then: .relu, plus: shortcut?(tape, x) ?? x)
  }
}

extension Tape {
  /// Batch normalisation and activation of a map.
  func normalise(
    _ z: Map2d<Real>, _ norm: BatchNorm<Real>, then activation: Activation, plus residual: Map2d<Real>? = nil
  ) -> Map2d<Real> {
    z.with(normalise(z.variable, norm, then: activation, plus: residual?.variable))
  }

  /// Features, a row of mel bins for each frame, as a map of one channel. No gradient goes through it.
  func map(of features: Variable<Real>) -> Map2d<Real> {
    let (bins, frames) = (features.channels, features.positions)
    let map = make(batch: features.batch, positions: bins * frames, channels: 1, requiresGradient: false)
    for b in 0..<features.batch {
      let (rows, target) = (features.value.rows(features.utterance(b)), map.value.rows(map.utterance(b)))
      for f in 0..<bins {
        Numbers.add(
          rows.columns(f..<(f + 1)), into: target.rows((f * frames)..<((f + 1) * frames)), accumulate: false)
      }
    }
    return Map2d(map, frequencies: bins, frames: frames)
  }
}
