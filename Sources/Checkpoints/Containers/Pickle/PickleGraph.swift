// SPDX-License-Identifier: Apache-2.0

/// What a pickle builds, as data: an arena of nodes that point at each other by index.
///
/// Nothing is executed: GLOBAL is a name, REDUCE, NEWOBJ, INST and BUILD are recorded as inert objects.
/// An arena keeps identity, sharing and cycles, and has no depth that a stack could run out of.
package struct PickleGraph: Sendable {
  /// The index of a node.
  package struct ID: Hashable, Sendable {
    package let index: Int32
    package init(_ index: Int32) { self.index = index }
  }

  package struct Pair: Hashable, Sendable {
    package var key: ID
    package var value: ID
    package init(key: ID, value: ID) {
      self.key = key
      self.value = value
    }
  }

  /// The two large cases are indirect, so that every other node takes 24 bytes.
  package enum Node: Sendable {
    case none
    case bool(Bool)
    case int(Int64)
    /// An integer beyond 64 bits: two's complement, little-endian, as in LONG1 and LONG4.
    case long([UInt8])
    case float(Double)
    case string(Text)
    case bytes([UInt8])
    case bytearray([UInt8])
    case list([ID])
    case tuple([ID])
    case dict([Pair])
    case set([ID])
    case frozenset([ID])
    /// GLOBAL and STACK_GLOBAL: a name, never a thing.
    indirect case global(GlobalName)
    /// PERSID and BINPERSID: the persistent id; for torch a tuple `('storage', class, key, location, numel)`.
    case persistent(ID)
    /// EXT1, EXT2, EXT4: a code of the copyreg registry.
    case ext(Int32)
    indirect case object(Object)
  }

  /// What REDUCE, NEWOBJ, NEWOBJ_EX, INST or OBJ would have called, and what was done to the result.
  package struct Object: Sendable {
    package enum Form: Sendable { case reduce, newobj, newobjEx, inst }

    package var form: Form
    /// The callable or class: mostly a `.global`.
    package var callee: ID
    /// The argument tuple.
    package var arguments: ID
    /// NEWOBJ_EX alone: the keyword dict.
    package var keywords: ID?
    /// APPEND, APPENDS.
    package var items: [ID] = []
    /// SETITEM, SETITEMS.
    package var pairs: [Pair] = []
    /// ADDITEMS.
    package var members: [ID] = []
    /// BUILD, in order; almost always one.
    package var states: [ID] = []

    package init(form: Form, callee: ID, arguments: ID, keywords: ID? = nil) {
      self.form = form
      self.callee = callee
      self.arguments = arguments
      self.keywords = keywords
    }
  }

  package var nodes: [Node] = []
  package var root = ID(0)
  /// How many bytes the pickle took, up to and with STOP.
  package var byteCount = 0
  /// The protocol that PROTO named, or 0.
  package var protocolVersion = 0

  package init() {}

  package subscript(id: ID) -> Node { nodes[Int(id.index)] }
}
