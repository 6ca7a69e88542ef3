// SPDX-License-Identifier: Apache-2.0
internal import Glibc

extension DifferenceSums {
  /// Two pieces of one real floating-point type.
  mutating func addReal<Format: NumberFormat>(
    _ a: RawSpan, _ b: RawSpan, _ place: ElementPlace, _ format: Format
  ) {
    var same = 0.0
    var finite = 0
    for local in 0..<a.byteCount / MemoryLayout<Format.Bits>.size {
      let left = a.element(local, Format.Bits.self)
      let right = b.element(local, Format.Bits.self)
      let x = format.value(left)
      if left == right {
        if x.isFinite {
          same += x * x
          finite += 1
        } else {
          count(x, &nan.a, &infinite.a)
          count(x, &nan.b, &infinite.b)
        }
        continue
      }
      differs(local, a, b, place)
      let y = format.value(right)
      guard x.isFinite && y.isFinite else {
        count(x, &nan.a, &infinite.a)
        count(y, &nan.b, &infinite.b)
        addNonFinite(bothNaN: x.isNaN && y.isNaN)
        continue
      }
      addProducts(x, y)
      maxSteps = max(maxSteps, format.steps(left, right))
      if addDistance((x - y).magnitude, x.magnitude, y.magnitude) { isLargest(local, a, b, place) }
    }
    shared += same
    finitePairs += finite
  }

  /// Two pieces of two real floating-point types: their numbers are compared, in blocks.
  mutating func addRounded(_ a: RawSpan, _ b: RawSpan, _ place: ElementPlace) {
    var others = [Double](repeating: 0, count: FloatingPointCodec.blockCount)
    let size = dtypeB.itemSize
    FloatingPointCodec.forEachBlock(of: a, dtypeA) { first, values in
      let range = first * size..<(first + values.count) * size
      FloatingPointCodec.decode(b.extracting(range), dtypeB, into: &others)
      for index in values.indices {
        let (x, y, local) = (values[index], others[index], first + index)
        let areFinite = x.isFinite && y.isFinite
        if x == y || (x.isNaN && y.isNaN) {
          if areFinite {
            shared += x * x
            finitePairs += 1
          } else {
            count(x, &nan.a, &infinite.a)
            count(y, &nan.b, &infinite.b)
          }
          continue
        }
        differs(local, a, b, place)
        guard areFinite else {
          count(x, &nan.a, &infinite.a)
          count(y, &nan.b, &infinite.b)
          addNonFinite(bothNaN: false)
          continue
        }
        addProducts(x, y)
        if addDistance((x - y).magnitude, x.magnitude, y.magnitude) { isLargest(local, a, b, place) }
      }
    }
  }

  /// Two pieces of one complex type with parts of `format`.
  mutating func addComplex<Format: NumberFormat>(
    _ a: RawSpan, _ b: RawSpan, _ place: ElementPlace, _ format: Format
  ) {
    for local in 0..<a.byteCount / MemoryLayout<Format.Bits>.size / 2 {
      let left = (a.element(2 * local, Format.Bits.self), a.element(2 * local + 1, Format.Bits.self))
      let right = (b.element(2 * local, Format.Bits.self), b.element(2 * local + 1, Format.Bits.self))
      let x = (format.value(left.0), format.value(left.1))
      let y = (format.value(right.0), format.value(right.1))
      let isSame = left == right
      if !isSame { differs(local, a, b, place) }
      addPair(x, y, isSame: isSame, local, a, b, place)
      if !isSame, x.0.isFinite, x.1.isFinite, y.0.isFinite, y.1.isFinite {
        maxSteps = max(maxSteps, format.steps(left.0, right.0), format.steps(left.1, right.1))
      }
    }
  }

  /// A pair of complex numbers; a real number has no imaginary part.
  mutating func addPair(
    _ x: (Double, Double), _ y: (Double, Double), isSame: Bool, _ local: Int, _ a: RawSpan, _ b: RawSpan,
    _ place: ElementPlace
  ) {
    guard x.0.isFinite, x.1.isFinite, y.0.isFinite, y.1.isFinite else {
      countParts(x, &nan.a, &infinite.a)
      countParts(y, &nan.b, &infinite.b)
      let bothNaN = (x.0.isNaN || x.1.isNaN) && (y.0.isNaN || y.1.isNaN)
      if !isSame { addNonFinite(bothNaN: bothNaN, areSame: x == y) }
      return
    }
    if isSame {
      shared += x.0 * x.0 + x.1 * x.1
      finitePairs += 1
      return
    }
    addProducts(x.0, y.0)
    addProducts(x.1, y.1)
    let distance = hypot(x.0 - y.0, x.1 - y.1)
    if addDistance(distance, hypot(x.0, x.1), hypot(y.0, y.1)) { isLargest(local, a, b, place) }
  }

  /// As `torch.isnan` and `torch.isinf` count complex numbers: by either part.
  private func countParts(_ x: (Double, Double), _ nan: inout Int, _ infinite: inout Int) {
    if x.0.isNaN || x.1.isNaN { nan += 1 }
    if x.0.isInfinite || x.1.isInfinite { infinite += 1 }
  }

  private func count(_ x: Double, _ nan: inout Int, _ infinite: inout Int) {
    if x.isNaN { nan += 1 } else if x.isInfinite { infinite += 1 }
  }
}
