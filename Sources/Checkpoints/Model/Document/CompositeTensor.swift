// SPDX-License-Identifier: Apache-2.0

/// A tensor that is more than a strided view of one storage: sparse, quantized, nested, of a subclass, or one with
/// Python attributes. It is one thing with parts, and stays one thing in every listing, pass and output.
///
/// Formats that hold plain tensors alone refuse it; `Document.describe(_:)` says what it is.
public struct CompositeTensor: Sendable {
  /// How the elements are held.
  public enum Layout: String, Sendable, Hashable {
    case sparseCOO = "sparse_coo"
    case sparseCSR = "sparse_csr"
    case sparseCSC = "sparse_csc"
    case sparseBSR = "sparse_bsr"
    case sparseBSC = "sparse_bsc"
    case quantizedPerTensor = "quantized_per_tensor"
    case quantizedPerChannel = "quantized_per_channel"
    /// Nested tensors of PyTorch's strided form: one buffer, and the size of each tensor in it.
    case nested
    /// `torch.jagged`: values and the offsets at which each tensor begins.
    case jagged
    /// On the `meta` device: a shape and no elements.
    case meta
    /// `_make_wrapper_subclass`: a shape; what it wraps are its attributes.
    case wrapper
    /// Saved from a device of its own kind (XLA, MTIA), as a CPU tensor or a numpy array.
    case device
    /// As any tensor: only its class or its attributes are not.
    case strided
  }

  /// A part by name: a tensor or a plain value.
  public struct Part: Sendable {
    /// As PyTorch's method or attribute is called: `indices`, `values`, `crow_indices`.
    public var name: Text
    /// The part itself: a tensor, or a plain value.
    public var node: NodeID
    package init(_ name: Text, _ node: NodeID) {
      self.name = name
      self.node = node
    }
  }

  /// How a pickle makes it.
  package enum Form: Sendable {
    /// The call as it was pickled.
    case call(OpaqueObject)
    /// `_rebuild_qtensor`: the integers as a tensor, and the tuple of scheme, scale, zero point.
    case quantized(codes: NodeID, parameters: NodeID)
    /// `_rebuild_from_type_v2`: a tensor or composite without class, the class, and its attributes.
    case typed(inner: NodeID, type: NodeID, state: NodeID)
  }

  /// How the elements are held; what `ls` shows behind the data type.
  public var layout: Layout
  /// Nil where only the parts' are known.
  public var dtype: DType?
  /// The logical shape; -1 for a dimension that differs from tensor to tensor of a nested one.
  public var shape: [Int]
  /// `Tensor.requires_grad`, as the call that makes it has it.
  public var requiresGrad = false
  /// Whether it stands in an `nn.Parameter`.
  public var isParameter = false
  /// Its class, where it has one beside `torch.Tensor` and `torch.nn.Parameter`.
  public var className: GlobalName?
  /// What it is made of, in the order of PyTorch's constructor. Attributes are not among them.
  public var members: [Part]
  /// The Python attributes: a dict, or a tuple of a dict and slots.
  package var attributes: NodeID?
  /// The same tensor without class and attributes, where it has either.
  package var bare: NodeID?
  package var form: Form

  package init(_ layout: Layout, dtype: DType?, shape: [Int], members: [Part], form: Form) {
    self.layout = layout
    self.dtype = dtype
    self.shape = shape
    self.members = members
    self.form = form
  }
}
