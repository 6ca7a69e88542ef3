// SPDX-License-Identifier: Apache-2.0

/// Which casts make the second of two tensors of the first, exactly: to its data type where that is another one, else to
/// a narrower one and back. As PyTorch casts (`FloatingPointCodec.encode`); a NaN is a NaN whatever its bits.
struct CastCheck {
  private let dtypes: DTypePair
  /// The data types by way of which every element so far is what the cast makes of it.
  private(set) var targets: [DType]
  /// Elements that are not zero in the second and not the same in the first. Zeros prove nothing: a narrow type makes
  /// them of all that is small.
  private(set) var evidence = 0

  private var stored: [Double] = []
  private var bytes: [UInt8] = []

  init(_ dtypes: DTypePair) {
    self.dtypes = dtypes
    guard FloatingPointCodec.targets.contains(dtypes.a), FloatingPointCodec.targets.contains(dtypes.b) else {
      targets = []
      return
    }
    // Of two types as wide, each is a way: a bfloat16 that went through float16 has lost range.
    targets =
      dtypes.isEqual
      ? FloatingPointCodec.targets.filter {
        $0 != dtypes.a && $0.itemSize <= dtypes.a.itemSize && $0.itemSize < 8
      }
      : [dtypes.b]
    if dtypes.isEqual && dtypes.a.itemSize == 1 { targets = [] }
  }

  /// The first `count` numbers of either side.
  mutating func add(_ a: [Double], _ b: [Double], count: Int) {
    targets.removeAll { target in
      if stored.isEmpty {
        stored = [Double](repeating: 0, count: FloatingPointCodec.blockCount)
        bytes = [UInt8](repeating: 0, count: 8 * FloatingPointCodec.blockCount)
      }
      for index in 0..<count { stored[index] = a[index] }
      FloatingPointCodec.encode(&stored, count: count, into: &bytes, at: 0, target)
      if target != dtypes.b {
        FloatingPointCodec.encode(&stored, count: count, into: &bytes, at: 0, dtypes.b)
      }
      return (0..<count).contains { index in
        stored[index].bitPattern != b[index].bitPattern && !(stored[index].isNaN && b[index].isNaN)
      }
    }
    for index in 0..<count where b[index] != 0 && a[index] != b[index] { evidence += 1 }
  }
}
