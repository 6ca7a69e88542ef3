// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// One axis that a window is moved over: of a convolution, or of a pooling.
struct PlacedWindow {
  let size: Int
  let window: Int
  let step: Int
  /// Between neighbours within the window.
  let dilation: Int
  /// Before the first element, and behind the last.
  let pads: (before: Int, after: Int)
  /// How many places it has.
  let places: Int

  /// The first element of a window; it may lie before the axis.
  func start(_ place: Int) -> Int { place * step - pads.before }

  /// Of the places in `range`, those whose window has its element `k` on the axis.
  func places(of k: Int, in range: Range<Int>) -> Range<Int> {
    let shift = k * dilation - pads.before
    // place * step + shift must lie in 0..<size.
    let first = shift >= 0 ? 0 : (-shift + step - 1) / step
    let end = size > shift ? (size - shift - 1) / step + 1 : 0
    let low = min(max(first, range.lowerBound), range.upperBound)
    return low..<max(low, min(end, range.upperBound))
  }
}

extension OperatorCall {
  /// The windows of the last axes of an input [batch, channels, one or two axes], two in any case.
  ///
  /// - Parameters:
  ///   - window: their sizes.
  ///   - roundsUp: whether what is left at the end is one more window.
  func windows(
    _ shape: [Int], _ window: [Int], roundsUp: Bool = false
  ) throws(CheckpointError) -> (rows: PlacedWindow, columns: PlacedWindow) {
    let rank = shape.count - 2
    guard rank == 1 || rank == 2 else {
      throw unsupported("its input has \(shape.count) dimensions, and 3 and 4 are run")
    }
    let automatic = try text("auto_pad", default: "NOTSET")
    guard automatic == "NOTSET" || automatic == "VALID" else {
      throw unsupported("its attribute `auto_pad` is `\(automatic)`")
    }
    func sizes(_ name: Text, _ count: Int, _ least: Int, default value: Int) throws(CheckpointError) -> [Int]
    {
      let sizes = try ints(name) ?? [Int](repeating: value, count: count)
      // Far below what overflows when places are counted.
      guard sizes.count == count, sizes.allSatisfy({ (least...Int(Int32.max)).contains($0) }) else {
        throw misfit("its attribute `\(name)` is \(sizes), for \(rank) axes")
      }
      return sizes
    }
    let (steps, dilations) = (
      try sizes("strides", rank, 1, default: 1), try sizes("dilations", rank, 1, default: 1)
    )
    let pads = try sizes("pads", 2 * rank, 0, default: 0)
    guard automatic == "NOTSET" || pads.allSatisfy({ $0 == 0 }) else {
      throw misfit("its attribute `auto_pad` is `\(automatic)`, and it has pads too")
    }
    guard window.count == rank, (window + shape).allSatisfy({ (0...Int(Int32.max)).contains($0) }),
      !window.contains(0)
    else { throw misfit("its window \(window), of an input of the shape \(shape)") }
    var axes = [PlacedWindow(size: 1, window: 1, step: 1, dilation: 1, pads: (0, 0), places: 1)]
    for axis in 0..<rank {
      let (size, step, before) = (shape[axis + 2], steps[axis], pads[axis])
      let free = size + before + pads[axis + rank] - (dilations[axis] * (window[axis] - 1) + 1)
      guard free >= 0 || roundsUp && free > -step else {
        throw misfit("its window \(window[axis]) is longer than the axis of \(size), padded")
      }
      var places = free < 0 ? 1 : (free + (roundsUp ? step - 1 : 0)) / step + 1
      // A window that begins behind the axis has nothing of it.
      if roundsUp, places > 1, (places - 1) * step >= size + before { places -= 1 }
      axes.append(
        PlacedWindow(
          size: size, window: window[axis], step: step, dilation: dilations[axis],
          pads: (before, pads[axis + rank]), places: places))
    }
    return (axes[axes.count - 2], axes[axes.count - 1])
  }
}
