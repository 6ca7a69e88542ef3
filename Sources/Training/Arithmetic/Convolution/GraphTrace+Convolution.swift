// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension Geometry2d {
  /// A kernel of 1, whatever the size.
  static var pointwise: Self {
    Self(frequencies: 1, frames: 1, kernel: .one, padding: .none)
  }
}

extension GraphTrace {
  /// `Conv` without a bias: over time, or over frequency and time.
  func convolution(
    _ input: Text, _ weight: Variable<Real>, _ geometry: Geometry2d, _ layout: Layout
  ) -> Text {
    func sizes(_ pair: Stride2d) -> [Int64] {
      layout == .map ? [Int64(pair.frequency), Int64(pair.time)] : [Int64(pair.time)]
    }
    let padding = sizes(geometry.padding)
    var attributes: [(name: Text, value: OperatorNode.Attribute)] = [
      ("kernel_shape", .ints(sizes(geometry.kernel)))
    ]
    if geometry.stride != .one { attributes.append(("strides", .ints(sizes(geometry.stride)))) }
    if geometry.dilation != .one { attributes.append(("dilations", .ints(sizes(geometry.dilation)))) }
    if geometry.padding != .none { attributes.append(("pads", .ints(padding + padding))) }
    return node("Conv", [input, parameter(weight)], attributes)
  }

  /// A convolution of a map, of a sequence, or of a map whose frequencies it takes all at once: then they are channels.
  func convolve(_ x: Map2d<Real>, _ weight: Variable<Real>, _ geometry: Geometry2d, into z: Variable<Real>) {
    let input = sequence(x.variable)
    guard layout(of: x.variable) == .map else {
      return give(convolution(input, weight, geometry, .sequence), to: z, .sequence)
    }
    guard shape(of: weight).count == 3 else {
      return give(convolution(input, weight, geometry, .map), to: z, .map)
    }
    let joined = node("Reshape", [input, integers([0, x.channels * x.frequencies, -1])])
    var flat = geometry
    flat.kernel.frequency = 1
    give(convolution(joined, weight, flat, .sequence), to: z, .sequence)
  }

  /// batch x frames x bins as batch x 1 x bins x frames.
  func map(of features: Variable<Real>) -> Text {
    node("Reshape", [sequence(features), integers([0, 1, features.channels, -1])])
  }
}
