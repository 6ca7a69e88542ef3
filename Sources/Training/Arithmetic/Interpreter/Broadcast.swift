// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// Two shapes made one (docs/Broadcasting.md): they are lined up at their ends, and a size of 1, or none, stands for any.
struct Broadcast {
  let shape: [Int]
  /// Runs of dimensions in which both go on, or one stands still: their size, and how far each goes with a step.
  private var runs: [(size: Int, a: Int, b: Int)] = []

  init(_ a: [Int], _ b: [Int], of call: OperatorCall) throws(CheckpointError) {
    let rank = max(a.count, b.count)
    let left = [Int](repeating: 1, count: rank - a.count) + a
    let right = [Int](repeating: 1, count: rank - b.count) + b
    var shape: [Int] = []
    for (one, other) in zip(left, right) {
      guard one == other || one == 1 || other == 1 else {
        throw call.misfit("its inputs have the shapes \(a) and \(b)")
      }
      shape.append(one == 1 ? other : one)
    }
    self.shape = shape
    // A shape with a zero has no elements to go over.
    guard !shape.contains(0) else { return }
    var (stepA, stepB) = (1, 1)
    for axis in (0..<rank).reversed() where shape[axis] != 1 {
      let run = (size: shape[axis], a: left[axis] == 1 ? 0 : stepA, b: right[axis] == 1 ? 0 : stepB)
      stepA *= left[axis]
      stepB *= right[axis]
      // A step further out is as long as the whole run: then both are one.
      if let inner = runs.first, run.a == inner.a * inner.size, run.b == inner.b * inner.size {
        runs[0].size *= run.size
      } else {
        runs.insert(run, at: 0)
      }
    }
  }

  @inline(__always)
  func combined<Value>(_ a: [Value], _ b: [Value], _ function: (Value, Value) -> Value) -> [Value] {
    if shape.contains(0) { return [] }
    guard let inner = runs.last else { return [function(a[0], b[0])] }
    let outer = runs.dropLast()
    let count = runs.reduce(1) { $0 * $1.size }
    var values: [Value] = []
    values.reserveCapacity(count)
    var index = RowMajorIndex(outer.map(\.size))
    let (movesA, movesB) = (index.moves(outer.map(\.a)), index.moves(outer.map(\.b)))
    var (placeA, placeB) = (0, 0)
    while true {
      for k in 0..<inner.size { values.append(function(a[placeA + k * inner.a], b[placeB + k * inner.b])) }
      guard let axis = index.advance() else { return values }
      placeA += movesA[axis]
      placeB += movesB[axis]
    }
  }
}
