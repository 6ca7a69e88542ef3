// SPDX-License-Identifier: Apache-2.0

/// The form of PyTorch 0.1: a tar archive whose members `storages`, `tensors` and `pickle` hold what their names say
/// (`torch/serialization.py`, `legacy_load`). Everything is little-endian.
struct TorchTar {
  let directory: TarDirectory
  /// The object's pickle, and where it lies.
  private let graph: PickleGraph
  private let pickle: TarDirectory.Member
  private var ancient = AncientTensors()
  /// Where the pickles of each member begin in the file.
  private(set) var pickles: [Text: [Int]] = [:]
  /// Bytes of members that belong to nothing that was read.
  private(set) var leftOver: [(member: Text, byte: Int, count: Int)] = []

  init(_ file: InputFile) throws(CheckpointError) {
    directory = try TarDirectory(file)
    var found: [Text: TarDirectory.Member] = [:]
    for name in ["storages", "tensors", "pickle"] as [Text] {
      guard let member = directory.member(name) else {
        throw CheckpointError(
          .unsupported, "it is a tar archive, but not one of torch.save: it has no member \(name)",
          at: .init(file: file.path))
      }
      found[name] = member
    }
    guard let storages = found["storages"], let tensors = found["tensors"], let pickle = found["pickle"]
    else {
      throw CheckpointError(.corrupt, "a member is missing", at: .init(file: file.path))
    }
    var object = Reader(file, pickle)
    graph = try object.run { (reader: inout Reader) throws(CheckpointError) in try reader.pickle() }
    self.pickle = pickle
    finish(object)
    var reader = Reader(file, storages)
    try reader.run { (reader: inout Reader) throws(CheckpointError) in try readStorages(&reader) }
    finish(reader)
    reader = Reader(file, tensors)
    try reader.run { (reader: inout Reader) throws(CheckpointError) in try readTensors(&reader) }
    finish(reader)
  }

  func document() throws(CheckpointError) -> Document {
    let location = CheckpointError.Location(
      file: directory.file.path, member: pickle.name, byte: pickle.range.lowerBound)
    var decoder = TorchDecoder(graph, at: location) { key throws(CheckpointError) in
      throw CheckpointError(
        .corrupt, "the pickle names storage '\(key)' as newer files do, which a tar file cannot", at: location
      )
    }
    decoder.ancient = ancient
    var document = try decoder.decode()
    document.source = .init(file: directory.file.path, format: .torchTar)
    return document
  }

  private mutating func finish(_ reader: Reader) {
    pickles[reader.member.name] = reader.pickles
    let left = reader.member.range.upperBound - reader.offset
    if left > 0 { leftOver.append((reader.member.name, reader.offset, left)) }
  }

  /// `n`, n times `(key, location, class)`, the count of elements and the elements, then the views.
  private mutating func readStorages(_ reader: inout Reader) throws(CheckpointError) {
    for _ in 0..<(try reader.count()) {
      let (graph, parts) = try reader.tuple(3)
      guard let key = AncientTensors.key(parts[0], graph),
        case .global(let name) = graph[parts[2]]
      else {
        throw CheckpointError(.corrupt, "a storage is not described by (key, location, class)")
      }
      guard let dtype = StorageClass.dtype(name) else {
        throw CheckpointError(.unsupported, "the storage class \(name) is not known")
      }
      let count = try reader.integer()
      let (byteCount, overflow) = count.multipliedReportingOverflow(by: dtype.itemSize)
      guard count >= 0, !overflow else {
        throw CheckpointError(.corrupt, "a storage has \(count) elements, which cannot be")
      }
      let range = try reader.skip(byteCount)
      try ancient.add(.file(reader.file, range, crc32: nil), dtype, as: key)
    }
    let views = try reader.pickle()
    guard case .list(let items) = views[views.root] else {
      throw CheckpointError(.corrupt, "the list of storage views is missing")
    }
    for item in items {
      guard case .tuple(let parts) = views[item], parts.count == 4,
        let key = AncientTensors.key(parts[0], views),
        let root = AncientTensors.key(parts[1], views), case .int(let offset) = views[parts[2]],
        case .int(let count) = views[parts[3]]
      else { throw CheckpointError(.corrupt, "a storage view is not (key, root, offset, count)") }
      try ancient.addView(key, of: root, offset: Int(offset), count: Int(count))
    }
  }

  /// `n`, n times `(key, storage key, class)`, int32 dimensions, four bytes of no meaning, sizes, strides, offset.
  private mutating func readTensors(_ reader: inout Reader) throws(CheckpointError) {
    for _ in 0..<(try reader.count()) {
      let (graph, parts) = try reader.tuple(3)
      guard let key = AncientTensors.key(parts[0], graph), let storage = AncientTensors.key(parts[1], graph)
      else {
        throw CheckpointError(.corrupt, "a tensor is not described by (key, storage key, class)")
      }
      let dimensions = Int(Int32(truncatingIfNeeded: try reader.integer()))
      guard (0...1024).contains(dimensions) else {
        throw CheckpointError(.corrupt, "a tensor has \(dimensions) dimensions, which cannot be")
      }
      var numbers: [Int] = []
      for _ in 0..<2 * dimensions + 1 { numbers.append(try reader.integer()) }
      try ancient.addTensor(
        key, in: storage, shape: Array(numbers[..<dimensions]),
        strides: Array(numbers[dimensions..<2 * dimensions]), offset: numbers[2 * dimensions])
    }
  }
}

extension TorchTar {
  /// Reads one member from its beginning, never past its end.
  private struct Reader {
    let file: InputFile
    let member: TarDirectory.Member
    private(set) var offset: Int
    private var window: PickleWindow
    /// Where each pickle begins that was read.
    private(set) var pickles: [Int] = []

    init(_ file: InputFile, _ member: TarDirectory.Member) {
      self.file = file
      self.member = member
      offset = member.range.lowerBound
      window = PickleWindow(file)
    }

    /// Errors say in which member and where.
    mutating func run<Result>(
      _ body: (inout Reader) throws(CheckpointError) -> Result
    ) throws(CheckpointError) -> Result {
      do throws(CheckpointError) { return try body(&self) } catch {
        throw error.at(file: file.path, member: member.name, byte: offset)
      }
    }

    mutating func pickle() throws(CheckpointError) -> PickleGraph {
      guard offset < member.range.upperBound else { throw endsEarly }
      let graph = try window.run(at: offset)
      pickles.append(offset)
      _ = try skip(graph.byteCount)
      return graph
    }

    /// How many things follow.
    mutating func count() throws(CheckpointError) -> Int {
      let graph = try pickle()
      // Each takes more bytes than one.
      guard case .int(let count) = graph[graph.root], count >= 0, count <= member.range.count else {
        throw CheckpointError(.corrupt, "the number of what it holds is none that fits")
      }
      return Int(count)
    }

    mutating func tuple(_ size: Int) throws(CheckpointError) -> (PickleGraph, [PickleGraph.ID]) {
      let graph = try pickle()
      guard case .tuple(let parts) = graph[graph.root], parts.count == size else {
        throw CheckpointError(.corrupt, "a tuple of \(size) is missing")
      }
      return (graph, parts)
    }

    /// A signed little-endian integer of 64 bits.
    mutating func integer() throws(CheckpointError) -> Int {
      var reader = ByteReader(try file.read(skip(8)), base: offset - 8, subject: "a number")
      return Int(Int64(bitPattern: try reader.u64()))
    }

    mutating func skip(_ count: Int) throws(CheckpointError) -> Range<Int> {
      guard count <= member.range.upperBound - offset else { throw endsEarly }
      defer { offset += count }
      return offset..<offset + count
    }

    private var endsEarly: CheckpointError { CheckpointError(.corrupt, "the member ends early") }
  }
}
