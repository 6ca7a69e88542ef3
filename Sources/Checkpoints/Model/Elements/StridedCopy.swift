// SPDX-License-Identifier: Apache-2.0

/// Copies the elements of a box from where they lie with some strides to where they shall lie with others: the one loop
/// over scattered elements.
struct StridedCopy {
  private struct Axis {
    var count: Int
    /// From one element to the next, in elements.
    var from: Int
    var to: Int
  }

  /// The two innermost loops, and those around them.
  private let inner: Axis
  private let middle: Axis
  private let outer: [Axis]

  /// - Parameters:
  ///   - size: elements a dimension, none of them 0.
  ///   - from: strides where they are read, in elements.
  ///   - to: strides where they are written; no two elements of the box may have one place.
  init(_ size: [Int], from: [Int], to: [Int]) {
    var axes: [Axis] = []
    for dimension in size.indices where size[dimension] > 1 {
      let axis = Axis(count: size[dimension], from: from[dimension], to: to[dimension])
      // Two dimensions without a step between them are one.
      if let last = axes.last, last.from == axis.from * axis.count, last.to == axis.to * axis.count {
        axes[axes.count - 1] = Axis(count: last.count * axis.count, from: axis.from, to: axis.to)
      } else {
        axes.append(axis)
      }
    }
    let single = Axis(count: 1, from: 0, to: 0)
    // What lies together in the input is read together; else what lies together in the output is written so.
    if let run = axes.lastIndex(where: { $0.from == 1 }) { axes.append(axes.remove(at: run)) }
    inner = axes.popLast() ?? single
    middle = axes.popLast() ?? single
    outer = axes
  }

  /// - Parameters:
  ///   - input: elements of `itemSize` bytes (1, 2, 4, 8 or 16), the first of the box at index `from`.
  ///   - output: its first element goes to index `to`.
  func callAsFunction(
    _ input: RawSpan, at from: Int, into output: inout [UInt8], at to: Int, itemSize: Int
  ) {
    check(from, { $0.from }, input.byteCount / itemSize)
    check(to, { $0.to }, output.count / itemSize)
    unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        guard let input = input.baseAddress, let output = output.baseAddress else { return }
        forEachPlane(from, to) { from, to in
          let (source, target) = unsafe (input + from * itemSize, output + to * itemSize)
          switch itemSize {
          case 1: unsafe copy(source, target, UInt8.self)
          case 2: unsafe copy(source, target, UInt16.self)
          case 4: unsafe copy(source, target, UInt32.self)
          case 8: unsafe copy(source, target, UInt64.self)
          case 16: unsafe copy(source, target, SIMD2<UInt64>.self)
          default: preconditionFailure("no element has \(itemSize) bytes")
          }
        }
      }
    }
  }

  /// All places lie in the buffer: what the loops below rely on.
  private func check(_ start: Int, _ step: (Axis) -> Int, _ count: Int) {
    var (first, last) = (start, start)
    for axis in outer + [middle, inner] {
      let reach = (axis.count - 1) * step(axis)
      if reach < 0 { first += reach } else { last += reach }
    }
    precondition(first >= 0 && last < count, "a box lies outside of its buffer")
  }

  /// The places of the first elements of what the two innermost loops copy.
  private func forEachPlane(_ from: Int, _ to: Int, _ body: (Int, Int) -> Void) {
    var counter = [Int](repeating: 0, count: outer.count)
    var (from, to) = (from, to)
    while true {
      body(from, to)
      var dimension = outer.count - 1
      while dimension >= 0 {
        let axis = outer[dimension]
        counter[dimension] += 1
        from += axis.from
        to += axis.to
        if counter[dimension] < axis.count { break }
        from -= axis.from * axis.count
        to -= axis.to * axis.count
        counter[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }

  private func copy<Item: BitwiseCopyable>(
    _ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ type: Item.Type
  ) {
    let size = MemoryLayout<Item>.size
    for row in 0..<middle.count {
      var source = unsafe input + row &* middle.from &* size
      var target = unsafe output + row &* middle.to &* size
      if inner.from == 1 && inner.to == 1 {
        unsafe target.copyMemory(from: source, byteCount: inner.count &* size)
        continue
      }
      for _ in 0..<inner.count {
        unsafe target.storeBytes(of: source.loadUnaligned(as: Item.self), as: Item.self)
        unsafe source += inner.from &* size
        unsafe target += inner.to &* size
      }
    }
  }
}
