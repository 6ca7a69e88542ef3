// SPDX-License-Identifier: Apache-2.0

/// A part of a composite tensor, as `resect ls --json` and `resect show --json` give it: a tensor or a plain value.
public struct ListedPart: Codable, Sendable {
  /// As PyTorch's constructor or property calls it (`indices`, `int_repr`, `scale`); attributes begin with a dot.
  public var name: Text
  /// Of a tensor: PyTorch's name without `torch.`.
  public var dtype: String?
  /// Of a tensor, outermost first.
  public var shape: [Int]?
  /// Of a tensor: elements times item size.
  public var bytes: Int?
  /// The member that holds the tensor's storage.
  public var storage: Text?
  /// `storage_offset`, in elements.
  public var offset: Int?
  /// In elements.
  public var strides: [Int]?
  /// SHA-256 over the elements, with `--hash`.
  public var sha256: String?
  /// Of a tensor: where its elements lie as they are, with `--places`.
  public var place: ListedPlace?
  /// The Python type of what is no tensor.
  public var type: String?
  /// Of what is no tensor.
  public var value: JSONValue?
}

extension Document {
  /// A composite tensor's parts for a report.
  ///
  /// - Parameters:
  ///   - digests: those of the parts that are tensors; none where they are not asked for.
  ///   - placing: add where each tensor's elements lie.
  package func listedParts(
    of composite: CompositeTensor, digests: [[UInt8]] = [], placing: Bool = false
  ) -> [ListedPart] {
    var digests = digests[...]
    var listed: [ListedPart] = []
    for part in parts(of: composite) {
      var entry = ListedPart(name: part.name)
      if case .tensor(let tensor) = self[part.node] {
        entry.dtype = tensor.dtype.rawValue
        entry.shape = tensor.shape
        entry.bytes = tensor.byteCount
        entry.storage = self[tensor.storage].name
        entry.offset = tensor.offset
        entry.strides = tensor.strides
        entry.sha256 = digests.popFirst()?.hexadecimal
        if placing { entry.place = ListedPlace(self, tensor) }
      } else {
        entry.type = typeName(part.node)
        entry.value = leafValue(part.node)
      }
      listed.append(entry)
    }
    return listed
  }
}
