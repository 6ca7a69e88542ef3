// SPDX-License-Identifier: Apache-2.0

/// The geometry of a two-dimensional convolution over one utterance, `torch.nn.Conv2d`'s with zeros around the edges. A
/// one-dimensional one has a single frequency.
package struct Geometry2d: Sendable, Equatable {
  package var frequencies: Int
  package var frames: Int
  package var kernel: Stride2d
  package var stride: Stride2d
  package var dilation: Stride2d
  package var padding: Stride2d

  package init(
    frequencies: Int, frames: Int, kernel: Stride2d, stride: Stride2d = .one, dilation: Stride2d = .one,
    padding: Stride2d
  ) {
    self.frequencies = frequencies
    self.frames = frames
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
  }

  package var taps: Int { kernel.frequency * kernel.time }
  package var outputFrequencies: Int {
    (frequencies + 2 * padding.frequency - dilation.frequency * (kernel.frequency - 1) - 1) / stride.frequency
      + 1
  }
  package var outputFrames: Int {
    (frames + 2 * padding.time - dilation.time * (kernel.time - 1) - 1) / stride.time + 1
  }
  package var outputs: Int { outputFrequencies * outputFrames }
}

/// A pair of numbers, one for each direction of a two-dimensional convolution.
package struct Stride2d: Sendable, Equatable {
  package var frequency: Int
  package var time: Int

  package static let one = Stride2d(frequency: 1, time: 1)
  package static let none = Stride2d(frequency: 0, time: 0)

  package init(frequency: Int, time: Int) {
    self.frequency = frequency
    self.time = time
  }
}
