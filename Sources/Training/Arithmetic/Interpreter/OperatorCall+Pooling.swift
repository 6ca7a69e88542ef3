// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension OperatorCall {
  func averagePool() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides"])
    try check(inputs: 1...1)
    let (shape, values) = try floats(0)
    guard let window = try ints("kernel_shape") else { throw misfit("it has no attribute `kernel_shape`") }
    let countsPads = try flag("count_include_pad", default: false)
    let (rows, columns) = try windows(shape, window, roundsUp: flag("ceil_mode", default: false))
    var result = Array(shape[..<2]) + [rows.places, columns.places]
    if shape.count == 3 { result.remove(at: 2) }
    let count = try count(result)
    let plane = rows.size * columns.size
    var means: [Float] = []
    means.reserveCapacity(count)
    for channel in 0..<(plane == 0 ? 0 : values.count / plane) {
      for row in 0..<rows.places {
        let (down, height) = Self.part(rows, row, countsPads)
        for column in 0..<columns.places {
          let (across, width) = Self.part(columns, column, countsPads)
          var sum = 0.0
          for y in down {
            let start = channel * plane + y * columns.size
            for x in across { sum += Double(values[start + x]) }
          }
          means.append(Float(sum / Double(height * width)))
        }
      }
    }
    // An axis of nothing but padding has no mean.
    guard means.count == count else { throw misfit("its input has the shape \(shape)") }
    return GraphTensor(result, unchecked: .float(means))
  }

  /// Which elements of an axis a window has, and how many it counts. What reaches beyond the padding never counts.
  private static func part(_ axis: PlacedWindow, _ place: Int, _ countsPads: Bool) -> (Range<Int>, Int) {
    let start = axis.start(place)
    let low = min(max(start, 0), axis.size)
    let elements = low..<max(low, min(start + axis.window, axis.size))
    return (
      elements, countsPads ? min(start + axis.window, axis.size + axis.pads.after) - start : elements.count
    )
  }
}
