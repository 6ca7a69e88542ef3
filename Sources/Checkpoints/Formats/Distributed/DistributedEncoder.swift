// SPDX-License-Identifier: Apache-2.0

/// Writes `.metadata`: the pickle of a `torch.distributed.checkpoint.metadata.Metadata`, protocol 2.
///
/// `storage_meta`, where PyTorch keeps the path and a random id of the save, is None: the newest and older readers take
/// it so.
struct DistributedEncoder {
  struct Tensor {
    var dtype: DType
    var shape: [Int]
    var strides: [Int]
    var requiresGrad = false
    var chunks: [DistributedMetadata.Chunk]
  }

  struct Entry {
    var name: Text
    var path: [DistributedMetadata.Step]
    /// Nil for what is no tensor.
    var tensor: Tensor?
  }

  private static let module: Text = "torch.distributed.checkpoint.metadata"
  private static let storageInfo = GlobalName("torch.distributed.checkpoint.filesystem", "_StorageInfo")
  private static let batch = 1000

  private var writer = PickleWriter()

  private init() {}

  /// - Parameter blobs: in the order in which they are written.
  static func encode(
    _ entries: [Entry], blobs: [(index: DistributedMetadata.Index, blob: DistributedMetadata.Blob)]
  ) -> [UInt8] {
    var encoder = Self()
    encoder.object(GlobalName(module, "Metadata")) {
      $0.field("state_dict_metadata") { $0.dict(entries, { $0.writer.intern($1.name) }, { $0.item($1) }) }
      $0.field("planner_data") { $0.dict(entries, { $0.writer.intern($1.name) }, { $0.path($1.path) }) }
      $0.field("storage_data") { $0.dict(blobs, { $0.index($1.index) }, { $0.blob($1.blob) }) }
      $0.field("storage_meta") { $0.writer.none() }
      $0.field("version") { $0.writer.intern("1.0.0") }
    }
    encoder.writer.stop()
    return encoder.writer.bytes
  }

  private mutating func object(_ name: GlobalName, _ fields: (inout Self) -> Void) {
    writer.global(name)
    writer.emptyTuple()
    writer.newobj()
    writer.emptyDict()
    writer.mark()
    fields(&self)
    writer.setItems()
    writer.build()
  }

  private mutating func field(_ name: Text, _ value: (inout Self) -> Void) {
    writer.intern(name)
    value(&self)
  }

  private mutating func dict<Part>(
    _ parts: [Part], _ key: (inout Self, Part) -> Void, _ value: (inout Self, Part) -> Void
  ) {
    writer.emptyDict()
    for start in stride(from: 0, to: parts.count, by: Self.batch) {
      writer.mark()
      for part in parts[start..<min(start + Self.batch, parts.count)] {
        key(&self, part)
        value(&self, part)
      }
      writer.setItems()
    }
  }

  private mutating func integers(_ values: [Int]) {
    if values.count > 3 { writer.mark() }
    for value in values { writer.int(value) }
    writer.tuple(values.count)
  }

  /// `torch.Size`.
  private mutating func size(_ values: [Int]) {
    writer.global(GlobalName("torch", "Size"))
    integers(values)
    writer.tuple(1)
    writer.reduce()
  }

  private mutating func path(_ steps: [DistributedMetadata.Step]) {
    if steps.count > 3 { writer.mark() }
    for step in steps {
      switch step {
      case .key(let key): writer.intern(key)
      case .index(let index): writer.int(index)
      }
    }
    writer.tuple(steps.count)
  }

  private mutating func item(_ entry: Entry) {
    guard let tensor = entry.tensor else {
      writer.global(GlobalName(Self.module, "BytesStorageMetadata"))
      writer.emptyTuple()
      return writer.newobj()
    }
    object(GlobalName(Self.module, "TensorStorageMetadata")) {
      $0.field("properties") { $0.properties(tensor) }
      $0.field("size") { $0.size(tensor.shape) }
      $0.field("chunks") {
        $0.writer.emptyList()
        for chunk in tensor.chunks {
          $0.object(GlobalName(Self.module, "ChunkStorageMetadata")) {
            $0.field("offsets") { $0.size(chunk.offsets) }
            $0.field("sizes") { $0.size(chunk.sizes) }
          }
          $0.writer.append()
        }
      }
    }
  }

  /// The state is a tuple: dtype, layout, requires_grad, memory format, pin_memory, strides.
  private mutating func properties(_ tensor: Tensor) {
    writer.global(GlobalName(Self.module, "TensorProperties"))
    writer.emptyTuple()
    writer.newobj()
    writer.mark()
    writer.global(GlobalName("torch", Text(tensor.dtype.rawValue)))
    writer.global(GlobalName("torch.serialization", "_get_layout"))
    writer.intern("torch.strided")
    writer.tuple(1)
    writer.reduce()
    writer.bool(tensor.requiresGrad)
    writer.global(GlobalName(Self.module, "_MEM_FORMAT_ENCODING"))
    writer.int(0)
    writer.tuple(1)
    writer.reduce()
    writer.bool(false)
    integers(tensor.strides)
    writer.tuple(6)
    writer.build()
  }

  private mutating func index(_ index: DistributedMetadata.Index) {
    object(GlobalName(Self.module, "MetadataIndex")) {
      $0.field("fqn") { $0.writer.intern(index.name) }
      $0.field("index") { index.offset == nil ? $0.writer.none() : $0.writer.int(0) }
      if let offset = index.offset { $0.field("offset") { $0.size(offset) } }
    }
  }

  private mutating func blob(_ blob: DistributedMetadata.Blob) {
    object(Self.storageInfo) {
      $0.field("relative_path") { $0.writer.intern(blob.file) }
      $0.field("offset") { $0.writer.int(blob.range.lowerBound) }
      $0.field("length") { $0.writer.int(blob.range.count) }
    }
  }
}
