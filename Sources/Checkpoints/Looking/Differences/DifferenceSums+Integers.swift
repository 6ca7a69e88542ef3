// SPDX-License-Identifier: Apache-2.0

extension DifferenceSums {
  /// Two pieces of one integer type.
  mutating func addIntegers<Value: FixedWidthInteger & BitwiseCopyable>(
    _ a: RawSpan, _ b: RawSpan, _ place: ElementPlace, _ type: Value.Type
  ) {
    for local in 0..<a.byteCount / MemoryLayout<Value>.size {
      let left = a.element(local, type)
      let right = b.element(local, type)
      let x = Double(left)
      if left == right {
        shared += x * x
        finitePairs += 1
        continue
      }
      differs(local, a, b, place)
      let y = Double(right)
      addProducts(x, y)
      // Modulo 2^64 the difference of the larger and the smaller is exact.
      let (larger, smaller) = left > right ? (left, right) : (right, left)
      let distance = UInt64(truncatingIfNeeded: larger) &- UInt64(truncatingIfNeeded: smaller)
      _ = addDistance(Double(distance), x.magnitude, y.magnitude)
      if distance > maxInteger {
        maxInteger = distance
        isLargest(local, a, b, place)
      }
    }
  }

  /// Two pieces of two data types, of truth values, or of packed elements, which are compared as bytes.
  mutating func addMixed(_ a: RawSpan, _ b: RawSpan, _ place: ElementPlace) {
    guard hasNumbers else { return addBytes(a, b, place) }
    if dtypeA.isFloatingPoint && dtypeB.isFloatingPoint { return addRounded(a, b, place) }
    for local in 0..<a.byteCount / dtypeA.itemSize {
      let left = ElementValue.decode(a, local, dtypeA)
      let right = ElementValue.decode(b, local, dtypeB)
      let isSame = left.isSame(as: right)
      if !isSame { differs(local, a, b, place) }
      addPair(left.parts, right.parts, isSame: isSame, local, a, b, place)
    }
  }

  private mutating func addBytes(_ a: RawSpan, _ b: RawSpan, _ place: ElementPlace) {
    // Two packed types, or a packed and another one: no element of one is one of the other.
    guard dtypeA == dtypeB else { return }
    for local in 0..<a.byteCount where a.element(local, UInt8.self) != b.element(local, UInt8.self) {
      differs(local, a, b, place)
    }
  }
}

extension ElementValue {
  /// Real and imaginary part.
  fileprivate var parts: (Double, Double) {
    switch self {
    case .real(let value): (value, 0)
    case .integer(let value): (Double(value), 0)
    case .bool(let value): (value ? 1 : 0, 0)
    case .complex(let real, let imaginary): (real, imaginary)
    }
  }

  private var integer: Int128? {
    switch self {
    case .integer(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  /// The same number, whatever the data types; a NaN is the same as another.
  fileprivate func isSame(as other: ElementValue) -> Bool {
    if let a = integer, let b = other.integer { return a == b }
    let (a, b) = (parts, other.parts)
    func same(_ x: Double, _ y: Double) -> Bool { x == y || (x.isNaN && y.isNaN) }
    guard same(a.0, b.0), same(a.1, b.1) else { return false }
    // A float64 may round an integer beyond 2^53 to the other number.
    if let integer { return Int128(exactly: b.0) == integer }
    if let integer = other.integer { return Int128(exactly: a.0) == integer }
    return true
  }
}
