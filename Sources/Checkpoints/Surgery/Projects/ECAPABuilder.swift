// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// Makes the tensors of an ECAPA-TDNN in the other class, one at a time, from those of the one it lies in.
struct ECAPABuilder {
  struct Made {
    var node: NodeID
    /// The key that it comes from; nil where it is made up.
    var origin: Text?
    var detail: String?
  }

  let source: ECAPASource
  let state: StateDict
  /// The keys of the source, under the names of roles.
  let from: OrderedDictionary<Text, Text>
  /// Roles that came over.
  private(set) var used: Set<Text> = []

  init(source: ECAPASource, state: StateDict, from: OrderedDictionary<Text, Text>) {
    self.source = source
    self.state = state
    self.from = from
  }

  /// The tensor of a role; nil where the source has none and the class can do without.
  mutating func tensor(
    _ role: Text, embeddingNorm: Bool, in document: inout Document
  ) throws(CheckpointError) -> Made? {
    let name = role.suffix(after: ".")
    let path = role.dropLast(name.count + 1)
    guard let key = from[role] else { return try idleNorm(path, name, in: &document) }
    guard let node = state.entries[key], case .tensor(var tensor) = document[node] else { return nil }
    used.insert(role)
    var details: [String] = []
    if embeddingNorm, path == "fc.conv" {
      tensor = try folded(tensor, name, in: &document)
      details.append("with the norm of the embedding, `bn2`")
    } else if let arrangement = try arrangement(path, name, tensor, key) {
      tensor = arranged(tensor, arrangement.dimension, arrangement.pieces, in: &document)
      details.append(arrangement.detail)
    }
    if name == "weight", path == "fc.conv" || path.contains(".se_block.") {
      tensor = try reshaped(tensor, key)
      details.append("\(tensor.shape.count) dimensions")
    }
    let isSame = details.isEmpty
    return Made(
      node: isSame ? node : document.add(.tensor(tensor)), origin: key,
      detail: isSame ? nil : details.joined(separator: ", "))
  }

  private struct Arrangement {
    var dimension: Int
    var pieces: [ArrangedTensor.Piece]
    var detail: String
  }

  private func arrangement(
    _ path: Text, _ name: Text, _ tensor: TensorRecord, _ key: Text
  ) throws(CheckpointError) -> Arrangement? {
    guard name != "num_batches_tracked" else { return nil }
    let inBlock = path.hasPrefix("blocks.")
    if inBlock, path.contains(".tdnn1.") { return try moved(0, tensor, key) }
    if inBlock, path.hasSuffix(".tdnn2.conv.conv"), name == "weight" { return try moved(1, tensor, key) }
    guard source.isWeSpeaker else { return nil }
    if path == "asp.tdnn.conv.conv" { return try doubled(0, tensor, key) }
    if path == "asp.conv.conv", name == "weight" { return try doubled(1, tensor, key) }
    return nil
  }

  /// The chunk of channels that Res2Net passes on moves from the end to the beginning, or back.
  private func moved(_ dimension: Int, _ tensor: TensorRecord, _ key: Text) throws(CheckpointError)
    -> Arrangement
  {
    let size = try size(dimension, tensor, key)
    let (width, rest) = size.quotientAndRemainder(dividingBy: source.modules.branches + 1)
    guard rest == 0 else {
      throw CheckpointError(
        .misfit, "\(size) channels are not \(source.modules.branches + 1) chunks of equal size",
        at: .init(key: key))
    }
    let cut = source.isWeSpeaker ? size - width : width
    return Arrangement(
      dimension: dimension, pieces: [.init(range: cut..<size), .init(range: 0..<cut)],
      detail: "its chunk of \(width) channels moves")
  }

  private func doubled(_ dimension: Int, _ tensor: TensorRecord, _ key: Text) throws(CheckpointError)
    -> Arrangement
  {
    let size = try size(dimension, tensor, key)
    return Arrangement(
      dimension: dimension, pieces: [.init(range: 0..<size), .init(range: 0..<size, isNegated: true)],
      detail: "and its negative")
  }

  private func size(_ dimension: Int, _ tensor: TensorRecord, _ key: Text) throws(CheckpointError) -> Int {
    guard tensor.shape.count > dimension, tensor.dtype.isFloatingPoint else {
      throw CheckpointError(
        .misfit, "it has the shape \(tensor.shape) of \(tensor.dtype)", at: .init(key: key))
    }
    return tensor.shape[dimension]
  }

  private func arranged(
    _ tensor: TensorRecord, _ dimension: Int, _ pieces: [ArrangedTensor.Piece], in document: inout Document
  ) -> TensorRecord {
    let bytes = ArrangedTensor(tensor: TensorReader(document, tensor), dimension: dimension, pieces: pieces)
    var shape = tensor.shape
    shape[dimension] = bytes.size
    return made(bytes, shape, tensor.dtype, like: tensor, in: &document)
  }

  private func made(
    _ bytes: some ComputedBytes, _ shape: [Int], _ dtype: DType, like tensor: TensorRecord,
    in document: inout Document
  ) -> TensorRecord {
    let name = document[tensor.storage].name
    let storage = document.add(Storage(name: name, byteCount: bytes.byteCount, bytes: .computed(bytes)))
    return TensorRecord(
      dtype: dtype, shape: shape, storage: storage, requiresGrad: tensor.requiresGrad,
      isParameter: tensor.isParameter)
  }

  /// A convolution of kernel 1 for a linear layer, or back: the same elements with a dimension of 1 more or less.
  private func reshaped(_ tensor: TensorRecord, _ key: Text) throws(CheckpointError) -> TensorRecord {
    var tensor = tensor
    if source.isWeSpeaker, tensor.shape.count == 2 {
      tensor.shape.append(1)
      tensor.strides.append(1)
    } else if !source.isWeSpeaker, tensor.shape.count == 3, tensor.shape[2] == 1 {
      tensor.shape.removeLast()
      tensor.strides.removeLast()
    } else {
      throw CheckpointError(
        .misfit, "the shape \(tensor.shape) is not that of a layer without a kernel", at: .init(key: key))
    }
    return tensor
  }

  /// WeSpeaker's norm of the embedding comes right after the linear layer.
  private func folded(
    _ tensor: TensorRecord, _ name: Text, in document: inout Document
  ) throws(CheckpointError) -> TensorRecord {
    func reader(_ name: Text) throws(CheckpointError) -> TensorReader {
      let key = source.prefix + "bn2." + name
      guard let node = state.entries[key], case .tensor(let norm) = document[node],
        norm.shape == [tensor.shape.first ?? 0], norm.dtype.isFloatingPoint
      else {
        throw CheckpointError(
          .misfit, "it is not the norm of \(tensor.shape.first ?? 0) channels", at: .init(key: key))
      }
      return TensorReader(document, norm)
    }
    let norm = FoldedNorm(
      mean: try reader("running_mean"), variance: try reader("running_var"), scale: try reader("weight"),
      shift: try reader("bias"), eps: FoldedNorm.defaultEps)
    let own = TensorReader(document, tensor)
    if name == "weight" {
      let bytes = ScaledWeight(weight: own, dimension: 0, factors: .batchNorm(norm))
      return made(bytes, tensor.shape, tensor.dtype, like: tensor, in: &document)
    }
    let bytes = FoldedBias(norm: norm, bias: own, dtype: tensor.dtype)
    return made(bytes, tensor.shape, tensor.dtype, like: tensor, in: &document)
  }

  /// A norm that does nothing: weight and variance are such that 1 / sqrt(var + eps) is 1.
  private func idleNorm(
    _ path: Text, _ name: Text, in document: inout Document
  ) throws(CheckpointError) -> Made? {
    let layer = path.replacing(".norm.norm", with: ".conv.conv") + ".weight"
    guard let key = from[layer], let node = state.entries[key], case .tensor(let tensor) = document[node],
      let channels = tensor.shape.first
    else { return nil }
    let detail = "a norm that does nothing"
    if name == "num_batches_tracked" {
      let storage = document.add(
        Storage(name: "", byteCount: 8, bytes: .memory([UInt8](repeating: 0, count: 8))))
      return Made(
        node: document.add(.tensor(TensorRecord(dtype: .int64, shape: [], storage: storage))), detail: detail)
    }
    let values: [Text: Double] = [
      "weight": 1, "bias": 0, "running_mean": 0, "running_var": 1 - FoldedNorm.defaultEps,
    ]
    let count = path == "asp.tdnn.norm.norm" ? 2 * channels : channels
    var numbers = [Double](repeating: values[name] ?? 0, count: count)
    var bytes = [UInt8](repeating: 0, count: count * tensor.dtype.itemSize)
    FloatingPointCodec.encode(&numbers, count: count, into: &bytes, at: 0, tensor.dtype)
    let storage = document.add(Storage(name: "", byteCount: bytes.count, bytes: .memory(bytes)))
    let record = TensorRecord(
      dtype: tensor.dtype, shape: [count], storage: storage, requiresGrad: tensor.requiresGrad,
      isParameter: tensor.isParameter && !name.hasPrefix("running"))
    return Made(node: document.add(.tensor(record)), detail: detail)
  }
}
