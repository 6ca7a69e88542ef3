// SPDX-License-Identifier: Apache-2.0

/// A variable whose positions are frequencies x frames: position `f * frames + t` of an utterance.
package struct Map2d<Real: BinaryFloatingPoint & BitwiseCopyable & Sendable> {
  package let variable: Variable<Real>
  package let frequencies: Int
  package let frames: Int

  package init(_ variable: Variable<Real>, frequencies: Int, frames: Int) {
    precondition(variable.positions == frequencies * frames, "a position for each frequency and frame")
    self.variable = variable
    self.frequencies = frequencies
    self.frames = frames
  }

  /// Another variable of the same positions.
  func with(_ variable: Variable<Real>) -> Map2d { Map2d(variable, frequencies: frequencies, frames: frames) }

  package var channels: Int { variable.channels }

  /// Some of the channels, sharing memory and gradient.
  func channels(_ range: Range<Int>) -> Map2d { with(variable.channels(range)) }
}
