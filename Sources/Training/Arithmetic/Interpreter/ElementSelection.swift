// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Elements taken out of others in a new order: what slices, gathers, transpositions and paddings have in common.
struct ElementSelection {
  /// For each dimension of the result, and each index in it, how far into the elements it leads; nil for what is not among
  /// them.
  var axes: [[Int?]]
  /// Elements that follow each other behind the last axis.
  private var block = 1

  /// - Parameter axes: where a size is 0, the others may be left out, however long.
  init(_ axes: [[Int?]]) {
    self.axes = axes
    // Whatever lies in one piece is copied in one.
    while let last = self.axes.last, isWhole(last) {
      block *= last.count
      self.axes.removeLast()
    }
  }

  private func isWhole(_ axis: [Int?]) -> Bool {
    for (index, offset) in axis.enumerated() where offset != index * block { return false }
    return !axis.isEmpty
  }

  /// The distances between neighbours along each axis of a tensor.
  static func strides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in (0..<shape.count).reversed().dropFirst() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    return strides
  }

  /// - Parameter filling: one element, which is put where there is none.
  func of(_ elements: GraphTensor.Elements, filling: GraphTensor.Elements? = nil) -> GraphTensor.Elements {
    switch elements {
    case .float(let all):
      if case .float(let fill)? = filling { return .float(taken(all, fill.first ?? 0)) }
      return .float(taken(all, 0))
    case .int(let all):
      if case .int(let fill)? = filling { return .int(taken(all, fill.first ?? 0)) }
      return .int(taken(all, 0))
    case .half(let all): return .half(taken(all, 0))
    }
  }

  private func taken<Value>(_ all: [Value], _ filling: Value) -> [Value] {
    if axes.contains(where: \.isEmpty) { return [] }
    var values: [Value] = []
    values.reserveCapacity(axes.reduce(block) { $0 * $1.count })
    guard let inner = axes.last else { return Array(all[..<block]) }
    let outer = axes.dropLast()
    var index = RowMajorIndex(outer.map(\.count))
    while true {
      var place: Int? = 0
      for (axis, at) in zip(outer, index.index) {
        if let before = place, let step = axis[at] { place = before + step } else { place = nil }
      }
      for step in inner {
        if let place, let step {
          if block == 1 {
            values.append(all[place + step])
          } else {
            values += all[place + step..<place + step + block]
          }
        } else {
          for _ in 0..<block { values.append(filling) }
        }
      }
      guard index.advance() != nil else { return values }
    }
  }
}
