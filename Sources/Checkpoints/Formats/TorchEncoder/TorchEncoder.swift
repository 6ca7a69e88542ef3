// SPDX-License-Identifier: Apache-2.0

/// Writes a document as the pickle of a `torch.save` file.
///
/// An explicit stack of work stands in for recursion, so depth is bounded by memory alone. Nodes that two places
/// share go through the memo and stay shared.
struct TorchEncoder {
  enum Work {
    case node(NodeID)
    case global(GlobalName)
    /// Remember the value on top as this node.
    case memo(NodeID)
    case emit((inout PickleWriter) -> Void)
    /// A tuple of integers.
    case integers([Int])
    /// The persistent id of a view's storage, as a storage of `dtype`, and the view's offset.
    case storage(TensorRecord, DType)
    /// The argument tuple of a tensor's constructor.
    case tensorArguments(TensorRecord)
    case emptyOrderedDict
  }

  /// The container around the pickle, which shapes the persistent ids of storages.
  enum Form {
    /// `('storage', class, key, location, numel)`
    case zip
    /// The same with a sixth item, `view_metadata`: None, as every PyTorch since 0.4 writes it.
    case legacy
  }

  let document: Document
  let storages: StorageLayout
  let form: Form
  let keepOpaque: Bool
  var writer = PickleWriter()
  var work: [Work] = []
  var references: [Int32]
  var memo: [NodeID: UInt32] = [:]
  private var writtenBytes: [XXH3.Digest: (index: UInt32, node: NodeID)] = [:]
  var unfinished: Set<NodeID> = []
  /// Globals beyond those that load by default, as found.
  var unknownGlobals: Set<GlobalName> = []

  init(_ document: Document, _ storages: StorageLayout, as form: Form = .zip, keepOpaque: Bool) {
    self.document = document
    self.storages = storages
    self.form = form
    self.keepOpaque = keepOpaque
    references = Reachable(document, throughOriginals: keepOpaque).references
  }

  /// The pickle, STOP included.
  mutating func encode() throws(CheckpointError) -> [UInt8] {
    work = [.node(document.root)]
    while let next = work.popLast() {
      switch next {
      case .node(let id): try write(id)
      case .global(let name): global(name)
      case .memo(let id): remember(id)
      case .emit(let emit): emit(&writer)
      case .integers(let values): integers(values)
      case .storage(let tensor, let dtype): storage(of: tensor, as: dtype)
      case .tensorArguments(let tensor): arguments(of: tensor)
      case .emptyOrderedDict: writeEmptyOrderedDict()
      }
    }
    writer.stop()
    return writer.bytes
  }

  mutating func remember(_ id: NodeID) {
    unfinished.remove(id)
    if references[Int(id.index)] > 1 { memo[id] = writer.put() }
  }

  /// Text of fewer bytes is told apart by what it says, longer text by its node.
  private static let interned = 64

  /// Many calls may make their bytes of one text: what is equal is written once.
  private mutating func write(_ id: NodeID, bytes: [UInt8]) {
    guard bytes.count >= Self.interned else {
      writer.byteString(bytes)
      return remember(id)
    }
    let digest = XXH3.of(bytes)
    if let (index, node) = writtenBytes[digest], case .bytes(bytes) = document[node] {
      return writer.get(index)
    }
    writer.byteString(bytes)
    let index = writer.put()
    writtenBytes[digest] = (index, id)
    memo[id] = index
  }

  mutating func global(_ name: GlobalName) {
    if !KnownGlobals.contains(name) { unknownGlobals.insert(name) }
    writer.global(name)
  }

  mutating func write(_ id: NodeID) throws(CheckpointError) {
    if let index = memo[id] { return writer.get(index) }
    switch document[id] {
    case .none: writer.none()
    case .bool(let value): writer.bool(value)
    case .int(let value): writer.int(Int(value))
    case .long(let digits):
      writer.long(digits)
      if digits.count >= Self.interned { remember(id) }
    case .float(let value): writer.float(value)
    case .string(let text):
      if text.count < Self.interned { return writer.intern(text) }
      writer.string(text)
      remember(id)
    case .bytes(let bytes):
      write(id, bytes: bytes)
    case .bytearray(let bytes):
      global(GlobalName("__builtin__", "bytearray"))
      writer.latin1(bytes)
      writer.intern("latin-1")
      writer.tuple(2)
      writer.reduce()
      remember(id)
    case .list(let items):
      writer.emptyList()
      remember(id)
      push(appending(items))
    case .tuple(let items): try writeTuple(id, items)
    case .set(let items): try call(id, GlobalName("__builtin__", "set"), listOf: items)
    case .frozenset(let items): try call(id, GlobalName("__builtin__", "frozenset"), listOf: items)
    case .mapping(let mapping): try write(id, mapping)
    case .stateDict(let state): try write(id, state)
    case .tensor(let tensor):
      write(tensor)
      remember(id)
    case .composite(let composite): try write(id, composite)
    case .numpy(let value):
      write(value)
      remember(id)
    case .global(let name): global(name)
    case .object(let object): try write(id, object)
    }
  }
}
