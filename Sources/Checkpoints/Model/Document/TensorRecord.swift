// SPDX-License-Identifier: Apache-2.0

/// A tensor as a checkpoint describes it: a strided view of a storage. It holds no elements.
public struct TensorRecord: Hashable, Sendable {
  /// That of the elements. Storages have none: two tensors may view one as two types.
  public var dtype: DType
  /// In elements, outermost first; empty for a scalar.
  public var shape: [Int]
  /// In elements, one a dimension; 0 where the dimension is expanded.
  public var strides: [Int]
  /// `storage_offset`, in elements.
  public var offset: Int
  /// Which of the document's storages. Tensors with one storage are tied, and stay tied.
  public var storage: StorageID
  /// `Tensor.requires_grad`.
  public var requiresGrad: Bool
  /// Made by `_rebuild_parameter`: an `nn.Parameter`.
  public var isParameter: Bool
  /// The lazy bits of PyTorch's views: the elements read as their conjugates, or negated.
  public var isConjugate: Bool
  /// `Tensor.is_neg()`, the other of the lazy bits.
  public var isNegative: Bool

  /// A view within its storage is the caller's care; those of files are checked when they are decoded.
  ///
  /// - Parameter strides: nil for row-major order without gaps.
  public init(
    dtype: DType, shape: [Int], strides: [Int]? = nil, offset: Int = 0, storage: StorageID,
    requiresGrad: Bool = false, isParameter: Bool = false, isConjugate: Bool = false, isNegative: Bool = false
  ) {
    self.dtype = dtype
    self.shape = shape
    self.strides = strides ?? Self.contiguousStrides(shape)
    self.offset = offset
    self.storage = storage
    self.requiresGrad = requiresGrad
    self.isParameter = isParameter
    self.isConjugate = isConjugate
    self.isNegative = isNegative
  }

  /// The most dimensions that are read; numpy and most of PyTorch stop at 64.
  static let mostDimensions = 1024

  /// `16x80x5`, or `scalar` without dimensions.
  package var shapeText: String { Self.text(of: shape) }

  /// A shape in words; a ragged dimension of a nested tensor is `*`.
  package static func text(of shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : shape.map { $0 < 0 ? "*" : String($0) }.joined(separator: "x")
  }

  /// The number of elements. The decoder has made sure that it does not overflow.
  public var count: Int { shape.reduce(1, *) }

  /// Elements times item size, whatever the strides.
  public var byteCount: Int { count * dtype.itemSize }

  /// Whether the elements lie in row-major order without gaps (`Tensor.is_contiguous()`).
  public var isContiguous: Bool {
    if count == 0 { return true }
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      if stride != expected { return false }
      expected *= size
    }
    return true
  }

  /// The elements of the storage that the view can touch, from the first to one past the last.
  /// Nil when that overflows. Empty for a tensor without elements.
  package var extent: Range<Int>? {
    if shape.contains(0) { return offset..<offset }
    var last = offset
    for (size, stride) in zip(shape, strides) {
      let (step, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, carry) = last.addingReportingOverflow(step)
      if overflow || carry { return nil }
      last = sum
    }
    let (end, carry) = last.addingReportingOverflow(1)
    return carry || end < offset ? nil : offset..<end
  }

  /// The same view, whatever it is used for: neither `requires_grad` nor an `nn.Parameter`.
  package var bareView: Self {
    var view = self
    view.requiresGrad = false
    view.isParameter = false
    return view
  }

  /// Row-major strides as PyTorch computes them: a dimension of size 0 counts as 1.
  public static func contiguousStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for i in shape.indices.dropLast().reversed() {
      strides[i] = strides[i + 1] &* max(shape[i + 1], 1)
    }
    return strides
  }
}
