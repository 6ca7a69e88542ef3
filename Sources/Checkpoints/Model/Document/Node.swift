// SPDX-License-Identifier: Apache-2.0
public import OrderedCollections

/// The index of a node in its document. Two places that hold one node share it, as two Python names do.
public struct NodeID: Hashable, Sendable {
  package let index: Int32
  package init(_ index: Int32) { self.index = index }
  package init(_ index: Int) { self.index = Int32(index) }
}

/// One value of a document. Containers hold the indexes of their parts.
///
/// The large cases are indirect, so that the many small ones take little.
public enum Node: Sendable {
  case none
  case bool(Bool)
  case int(Int64)
  /// An integer beyond 64 bits: two's complement, little-endian.
  case long([UInt8])
  case float(Double)
  case string(Text)
  case bytes([UInt8])
  case bytearray([UInt8])
  case list([NodeID])
  case tuple([NodeID])
  case set([NodeID])
  case frozenset([NodeID])
  case mapping(Mapping)
  indirect case stateDict(StateDict)
  case tensor(TensorRecord)
  /// A sparse, quantized or nested tensor, one of a subclass, one with attributes: one entry with parts.
  indirect case composite(CompositeTensor)
  indirect case numpy(NumpyValue)
  case global(GlobalName)
  indirect case object(OpaqueObject)
}

/// A `dict` or one of its kin that is not a state dict.
public struct Mapping: Sendable {
  /// Which of Python's: `dict`, `collections.OrderedDict`, `collections.Counter`.
  public enum Kind: Sendable, Hashable { case dict, orderedDict, counter }

  /// A key with its value. Keys are nodes: numbers, None and tuples may be keys.
  public struct Entry: Sendable {
    /// Of keys that are equal to Python one stands here, with the last value, as in a `dict`.
    public var key: NodeID
    /// May be the mapping itself, or what holds it: containers may hold each other.
    public var value: NodeID
    package init(key: NodeID, value: NodeID) {
      self.key = key
      self.value = value
    }
  }

  /// What it is written as.
  public var kind: Kind
  /// In the order of the file.
  public var entries: [Entry]
  /// The attributes that BUILD gave an `OrderedDict`: a dict node.
  package var attributes: NodeID?

  package init(kind: Kind, entries: [Entry], attributes: NodeID? = nil) {
    self.kind = kind
    self.entries = entries
    self.attributes = attributes
  }
}

/// What `nn.Module.state_dict()` gives: keys in order, each a tensor or, rarely, extra state.
public struct StateDict: Sendable {
  /// What the keys were found in.
  public enum Kind: Sendable, Hashable {
    case dict
    case orderedDict
    /// A whole pickled module or a TorchScript module, seen through its `state_dict()`.
    case module(GlobalName)

    var isModule: Bool { if case .module = self { true } else { false } }
  }

  /// What it is written as; a module becomes a dict where its keys are changed.
  public var kind: Kind
  /// Values under the keys as they stand, dots and all, in the order of the file.
  public var entries: OrderedDictionary<Text, NodeID>
  /// `_metadata`: module path -> a dict such as `{'version': 2}`. Nil where the file has none.
  public var metadata: OrderedDictionary<Text, NodeID>?
  /// What else hangs on it: other attributes of the OrderedDict, or of the module that are not in its
  /// `state_dict()`; a mapping node.
  package var attributes: NodeID?
  /// The module as it was pickled, an opaque object; nil for dicts.
  package var original: NodeID?

  package init(
    kind: Kind, entries: OrderedDictionary<Text, NodeID>,
    metadata: OrderedDictionary<Text, NodeID>? = nil,
    attributes: NodeID? = nil, original: NodeID? = nil
  ) {
    self.kind = kind
    self.entries = entries
    self.metadata = metadata
    self.attributes = attributes
    self.original = original
  }
}

/// A numpy scalar or array: its dtype's own name (`f8`, `i4`, `S3`), its shape (nil for a scalar), its bytes.
public struct NumpyValue: Sendable, Hashable {
  /// numpy's name of the data type without byte order: `f8`, `S3`.
  public var typeName: String
  /// Nil for a scalar; empty for an array of no dimensions.
  public var shape: [Int]?
  /// Whether the first index moves fastest.
  public var isFortranOrder: Bool
  /// The order within a number. Nothing is swapped before it is asked for.
  public var isBigEndian: Bool
  /// The elements as they stand in the file.
  public var bytes: [UInt8]
  /// How numpy's module was called by the writer: `numpy.core.multiarray` or `numpy._core.multiarray`.
  package var module: Text
}

/// An object of a class this library gives no meaning to: its class name and its parts, kept and shown.
public struct OpaqueObject: Sendable {
  package enum Form: Sendable { case reduce, newobj, newobjEx, inst, persistent }

  package var form: Form
  /// The callable or class: mostly a `.global`. For `persistent` the id.
  package var callee: NodeID
  package var arguments: NodeID?
  package var keywords: NodeID?
  package var items: [NodeID] = []
  package var entries: [Mapping.Entry] = []
  package var members: [NodeID] = []
  package var states: [NodeID] = []
}
