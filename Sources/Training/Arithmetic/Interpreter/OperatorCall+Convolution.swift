// SPDX-License-Identifier: Apache-2.0
import Checkpoints

extension OperatorCall {
  /// As products: weights times columns, one column for each place of the window.
  func convolution() throws(CheckpointError) -> GraphTensor {
    try check(attributes: ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"])
    try check(inputs: 2...3)
    let (shape, values) = try floats(0)
    let (weightShape, weights) = try floats(1)
    let groups = try int("group") ?? 1
    guard weightShape.count == shape.count, shape.count >= 3, groups > 0,
      try ints("kernel_shape") ?? Array(weightShape[2...]) == Array(weightShape[2...])
    else { throw misfit("its weight has the shape \(weightShape), and its input \(shape)") }
    let (filters, channels) = (weightShape[0], weightShape[1])
    let (all, overflow) = channels.multipliedReportingOverflow(by: groups)
    guard !overflow, all == shape[1], filters % groups == 0 else {
      throw misfit("its weight has the shape \(weightShape), and its input \(shape), in \(groups) groups")
    }
    let bias = try optional(2) == nil ? nil : floats(2, of: filters)
    let (rows, columns) = try windows(shape, Array(weightShape[2...]))
    var result = [shape[0], filters, rows.places, columns.places]
    if shape.count == 3 { result.remove(at: 2) }
    let count = try count(result)
    // Few places at a time: their columns stay in the cache.
    let lines = channels * rows.window * columns.window
    let places = rows.places * columns.places
    let pass = max(1, min(places, (1 << 20) / max(lines, 1)))
    guard MatrixProduct.canTake(filters, lines, places), lines <= room / 8 else {
      throw Self.fault(.limit, node, "its weight has the shape \(weightShape), for \(places) places")
    }
    guard count > 0 else { return GraphTensor(result, unchecked: .float([])) }
    var sums: [Float] = []
    sums.reserveCapacity(count)
    for _ in 0..<shape[0] {
      for filter in 0..<filters { sums.append(contentsOf: repeatElement(bias?[filter] ?? 0, count: places)) }
    }
    guard lines > 0 else { return GraphTensor(result, unchecked: .float(sums)) }
    let perGroup = filters / groups
    let plane = rows.size * columns.size
    // A window of one element that goes everywhere finds its columns in the input itself.
    let isPlain = lines == channels && places == plane && rows.step == 1 && columns.step == 1
    var block = ColumnBlock(rows, columns, channels: channels, places: isPlain ? 0 : pass)
    for item in 0..<shape[0] * groups {
      let (first, input) = ((item % groups) * perGroup, item * channels * plane)
      let output = (item / groups * filters + first) * places
      let factor = MatrixProduct.Factor(weights, from: first * lines, columns: lines)
      if isPlain {
        MatrixProduct.add(
          factor, .init(values, from: input, columns: plane), 1, to: &sums, from: output, rows: perGroup,
          columns: places, inner: lines)
        continue
      }
      for start in stride(from: 0, to: places, by: pass) {
        let range = start..<min(start + pass, places)
        block.fill(range, values, from: input)
        MatrixProduct.add(
          factor, .init(block.values, columns: pass), 1, to: &sums, from: output + start, stride: places,
          rows: perGroup, columns: range.count, inner: lines)
      }
    }
    return GraphTensor(result, unchecked: .float(sums))
  }
}

/// What windows see of a map: a line for each channel and element of the window, a column for each place.
private struct ColumnBlock {
  private(set) var values: [Float]
  private let rows: PlacedWindow
  private let columns: PlacedWindow
  private let channels: Int
  private let width: Int

  init(_ rows: PlacedWindow, _ columns: PlacedWindow, channels: Int, places: Int) {
    (self.rows, self.columns, self.channels, width) = (rows, columns, channels, places)
    values = [Float](repeating: 0, count: channels * rows.window * columns.window * places)
  }

  /// - Parameters:
  ///   - range: of places, row by row.
  ///   - start: of the first channel in `map`.
  mutating func fill(_ range: Range<Int>, _ map: [Float], from start: Int) {
    var line = 0
    for channel in 0..<channels {
      let plane = start + channel * rows.size * columns.size
      for i in 0..<rows.window {
        for j in 0..<columns.window {
          fill(line * width, range, i, j, map, plane)
          line += 1
        }
      }
    }
  }

  private mutating func fill(
    _ line: Int, _ range: Range<Int>, _ i: Int, _ j: Int, _ map: [Float], _ plane: Int
  ) {
    var place = range.lowerBound
    while place < range.upperBound {
      let (row, first) = (place / columns.places, place % columns.places)
      let end = min(columns.places, first + range.upperBound - place)
      let target = line + place - range.lowerBound
      let y = rows.start(row) + i * rows.dilation
      let seen = (0..<rows.size).contains(y) ? columns.places(of: j, in: first..<end) : first..<first
      for k in first..<seen.lowerBound { values[target + k - first] = 0 }
      let origin = plane + y * columns.size + columns.start(0) + j * columns.dilation
      for k in seen { values[target + k - first] = map[origin + k * columns.step] }
      for k in seen.upperBound..<end { values[target + k - first] = 0 }
      place += end - first
    }
  }
}
