// SPDX-License-Identifier: Apache-2.0

/// Some columns of a network's parameter, as a graph has them that takes its inputs one by one: `KEY[:, 0:128]`, which is
/// PyTorch's way to say it too.
package struct ColumnSlice: Sendable, Hashable {
  /// The parameter's.
  package let key: Text
  /// Counted over all dimensions but the first.
  package let columns: Range<Int>

  package init(_ key: Text, _ columns: Range<Int>) { (self.key, self.columns) = (key, columns) }

  package var name: Text { "\(key)[:, \(columns.lowerBound):\(columns.upperBound)]" }

  /// What a name says; nil for that of a whole parameter.
  package init?(name: Text) {
    guard name.hasSuffix("]"), let start = name.lastIndex(of: "[") else { return nil }
    guard let bounds = name.dropFirst(start).dropLast().dropping(prefix: "[:, ")?.split(":"),
      bounds.count == 2, let lower = Int(bounds[0].description), let upper = Int(bounds[1].description),
      0 <= lower, lower <= upper
    else { return nil }
    self.init(name[0..<start], lower..<upper)
    guard self.name == name else { return nil }
  }

  /// The columns of a tensor as a view of it; nil where it has not as many, or a kernel that is wider than 1.
  package func view(of tensor: TensorRecord) -> TensorRecord? {
    guard tensor.shape.count > 1, columns.upperBound <= tensor.shape[1],
      tensor.shape.dropFirst(2).allSatisfy({ $0 == 1 })
    else { return nil }
    var view = tensor
    view.offset += columns.lowerBound * tensor.strides[1]
    view.shape[1] = columns.count
    return view
  }
}
