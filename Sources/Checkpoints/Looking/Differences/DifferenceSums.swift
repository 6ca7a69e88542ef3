// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// What the comparison of two tensors gathers, a piece of their elements at a time.
struct DifferenceSums {
  /// Where an element is: its piece, and its index there.
  struct Spot {
    /// Row-major, in the whole tensor.
    var index: Int
    var a: JSONValue
    var b: JSONValue
  }

  let dtypeA: DType
  let dtypeB: DType
  let tolerance: DiffOptions.Tolerance?

  var elements = 0
  var differing = 0
  var outside = 0
  var nan = (a: 0, b: 0)
  var infinite = (a: 0, b: 0)
  var first: Spot?
  var largest: Spot?

  /// Pairs that are both finite, and sums over them.
  var finitePairs = 0
  /// Sum of squares of equal elements: in both norms and in the inner product.
  var shared = 0.0
  var squaresA = 0.0
  var squaresB = 0.0
  var products = 0.0
  var absolute = 0.0
  var squares = 0.0

  var maxAbs = 0.0
  var maxRel = 0.0
  var maxSteps: UInt64 = 0
  /// `maxAbs` of integers, which a Double may not hold.
  var maxInteger: UInt64 = 0
  /// Counts of |a - b| by exponent, from -1074 on.
  var exponents = [Int](repeating: 0, count: 1074 + 1024)

  init(_ dtypeA: DType, _ dtypeB: DType, _ tolerance: DiffOptions.Tolerance?) {
    self.dtypeA = dtypeA
    self.dtypeB = dtypeB
    // Integers are compared exactly.
    let isInexact = [dtypeA, dtypeB].contains { $0.isFloatingPoint || $0.isComplex }
    self.tolerance = isInexact ? tolerance : nil
  }

  /// Whether there are numbers at all: packed data types have bytes alone.
  var hasNumbers: Bool { ElementValue.canDecode(dtypeA) && ElementValue.canDecode(dtypeB) }

  /// A piece of as many elements of `a` as of `b`.
  mutating func add(_ a: RawSpan, _ b: RawSpan, _ place: ElementPlace) {
    elements += a.byteCount / dtypeA.itemSize
    guard dtypeA == dtypeB, hasNumbers else { return addMixed(a, b, place) }
    switch dtypeA {
    case .float64: addReal(a, b, place, Float64Format())
    case .float32: addReal(a, b, place, Float32Format())
    case .float16: addReal(a, b, place, Float16Format())
    case .bfloat16: addReal(a, b, place, BFloat16Format())
    case .float8_e8m0fnu: addReal(a, b, place, ScaleFormat())
    case .float8_e4m3fn, .float8_e5m2, .float8_e4m3fnuz, .float8_e5m2fnuz:
      addReal(a, b, place, Float8Format(dtypeA))
    case .complex128: addComplex(a, b, place, Float64Format())
    case .complex64: addComplex(a, b, place, Float32Format())
    case .complex32: addComplex(a, b, place, Float16Format())
    case .bcomplex32: addComplex(a, b, place, BFloat16Format())
    case .int64: addIntegers(a, b, place, Int64.self)
    case .int32, .qint32: addIntegers(a, b, place, Int32.self)
    case .int16: addIntegers(a, b, place, Int16.self)
    case .int8, .qint8: addIntegers(a, b, place, Int8.self)
    case .uint64: addIntegers(a, b, place, UInt64.self)
    case .uint32: addIntegers(a, b, place, UInt32.self)
    case .uint16, .bits16: addIntegers(a, b, place, UInt16.self)
    case .uint8, .quint8, .bits8: addIntegers(a, b, place, UInt8.self)
    default: addMixed(a, b, place)
    }
  }

  /// Notes that element `local` of a piece differs.
  @inline(__always)
  mutating func differs(_ local: Int, _ a: RawSpan, _ b: RawSpan, _ place: ElementPlace) {
    differing += 1
    // A box may hand out a later element first.
    guard first == nil || !place.isInOrder else { return }
    let index = place.index(of: local)
    if let first, first.index < index { return }
    first = spot(local, index, a, b)
  }

  mutating func isLargest(_ local: Int, _ a: RawSpan, _ b: RawSpan, _ place: ElementPlace) {
    largest = spot(local, place.index(of: local), a, b)
  }

  private func spot(_ local: Int, _ index: Int, _ a: RawSpan, _ b: RawSpan) -> Spot {
    Spot(index: index, a: Self.shown(a, local, dtypeA), b: Self.shown(b, local, dtypeB))
  }

  /// The element as JSON; of a packed data type its byte.
  private static func shown(_ bytes: RawSpan, _ local: Int, _ dtype: DType) -> JSONValue {
    ElementValue.decode(bytes, local, ElementValue.canDecode(dtype) ? dtype : .uint8).json
  }

  /// Sums over two finite numbers, or two parts of complex ones.
  @inline(__always)
  mutating func addProducts(_ x: Double, _ y: Double) {
    squaresA += x * x
    squaresB += y * y
    products += x * y
  }

  /// A finite pair whose difference is `distance`; `x` and `y` are magnitudes. True where it is the largest so far.
  @inline(__always)
  mutating func addDistance(_ distance: Double, _ x: Double, _ y: Double) -> Bool {
    finitePairs += 1
    absolute += distance
    squares += distance * distance
    if distance > 0 {
      let exponent = distance.isFinite ? Int(distance.exponent) : 1023
      exponents[exponent + 1074] += 1
      maxRel = max(maxRel, distance / max(x, y))
    }
    if let tolerance, distance > tolerance.atol + tolerance.rtol * y { outside += 1 }
    guard distance > maxAbs || largest == nil else { return false }
    maxAbs = distance
    return true
  }

  /// A pair of which one is not finite, and that differs.
  mutating func addNonFinite(bothNaN: Bool, areSame: Bool = false) {
    guard let tolerance, !areSame else { return }
    if !(bothNaN && tolerance.equalNaN) { outside += 1 }
  }
}
