// SPDX-License-Identifier: Apache-2.0

/// What can have made the second of two tensors of the first, and how far that is: gathered from the pieces that are
/// compared anyhow. Real floating-point tensors alone have causes.
///
/// Of an ordinary change no cause outlives the first block of `firstBlock` elements, so that a look at each tensor is
/// all that it costs.
struct PairCauses {
  private let dtypes: DTypePair
  private(set) var casts: CastCheck
  private(set) var factor: FactorCheck
  /// Sums of squares over the elements that are finite in both: of the first, and of the difference.
  private(set) var squares = 0.0
  private(set) var squaresOfDifference = 0.0

  private static let firstBlock = 32
  private var x: [Double] = []
  private var y: [Double] = []

  init(_ a: DType, _ b: DType) {
    dtypes = DTypePair(a: a, b: b)
    casts = CastCheck(dtypes)
    factor = FactorCheck(dtypes)
  }

  /// A piece of as many elements of either.
  mutating func add(_ a: RawSpan, _ b: RawSpan) {
    guard isOpen else { return }
    let (sizeA, sizeB) = (dtypes.a.itemSize, dtypes.b.itemSize)
    let count = a.byteCount / sizeA
    if x.isEmpty {
      x = [Double](repeating: 0, count: FloatingPointCodec.blockCount)
      y = x
    }
    var (first, length) = (0, Self.firstBlock)
    while first < count, isOpen {
      let end = min(first + length, count)
      FloatingPointCodec.decode(a.extracting(first * sizeA..<end * sizeA), dtypes.a, into: &x)
      FloatingPointCodec.decode(b.extracting(first * sizeB..<end * sizeB), dtypes.b, into: &y)
      casts.add(x, y, count: end - first)
      factor.add(x, y, count: end - first)
      (first, length) = (end, FloatingPointCodec.blockCount)
    }
  }

  /// What the comparison has summed up.
  mutating func close(squares: Double, ofDifference: Double) {
    (self.squares, squaresOfDifference) = (squares, ofDifference)
    (x, y) = ([], [])
  }

  private var isOpen: Bool { !casts.targets.isEmpty || factor.range != nil }
}
