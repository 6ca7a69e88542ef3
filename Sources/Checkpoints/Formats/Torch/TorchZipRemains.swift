// SPDX-License-Identifier: Apache-2.0
import OrderedCollections

/// A damaged archive of torch: what `data.pkl`, which comes first, names, and as much of it as is there.
struct TorchZipRemains {
  private let zip: ZipRemains
  private let torch: TorchZip
  private var file: InputFile { zip.directory.file }

  init(_ zip: ZipRemains) throws(CheckpointError) {
    self.zip = zip
    let names = zip.walk?.members.map(\.header.name) ?? zip.directory.entries.map(\.name)
    guard let first = names.first, let slash = first.firstIndex(of: "/") else {
      throw zip.faults.first ?? Self.noPickle(zip.directory.file.path)
    }
    torch = TorchZip(zip.directory, folder: first[0..<slash])
  }

  private static func noPickle(_ path: String) -> CheckpointError {
    CheckpointError(
      .corrupt, "there is no data.pkl in it, and nothing else tells what its tensors are",
      at: .init(file: path))
  }

  /// - Throws: where `data.pkl` is not whole, or is no pickle of torch.
  func remains() throws(CheckpointError) -> Remains {
    do throws(CheckpointError) { try torch.checkVersion() } catch {
      guard error.code != .unsupported else { throw error }
    }
    let (graph, member) = try pickle()
    let references = StorageReference.all(in: graph)
    let location = CheckpointError.Location(file: file.path, member: member)
    var decoder = TorchDecoder(graph, at: location) { key throws(CheckpointError) in
      try storage(key, references[key]?.byteCount ?? 0)
    }
    decoder.isBigEndian = try isBigEndian()
    var document = try decoder.decode()
    let isScript = torch.entry("constants.pkl") != nil
    if isScript { try TorchScriptFinder.run(on: &document, torch.directory, folder: torch.folder) }
    document.source = .init(file: file.path, format: isScript ? .torchScript : .torch)
    return Remains(
      document: document, faults: zip.faults, missing: try missing(graph.byteCount, references),
      members: zip.directory.entries.count)
  }

  // MARK: The pickle

  private func pickle() throws(CheckpointError) -> (PickleGraph, member: Text) {
    let name: Text = "\(torch.folder)/data.pkl"
    let bytes: [UInt8]
    let packed: Int
    if let entry = torch.entry("data.pkl") {
      do throws(CheckpointError) { bytes = try zip.directory.read(entry) } catch {
        throw CheckpointError(
          error.code, error.reason + ", and nothing else tells what its tensors are", at: error.location,
          hint: error.hint
        ).missing(zip.missing ?? 0)
      }
      packed = entry.compressedSize
    } else if let fragment = zip.fragments[name], fragment.isStored, !fragment.range.isEmpty {
      bytes = try file.read(fragment.range.prefix(1 << 30))
      packed = bytes.count
    } else {
      throw (zip.faults.first ?? Self.noPickle(file.path)).missing(zip.missing ?? 0)
    }
    var machine = PickleMachine(bytes, limits: .reading(packed))
    do throws(CheckpointError) { return (try machine.run(), name) } catch {
      var error = error
      if machine.endedEarly {
        error.hint = "it comes first and tells what the tensors are: nothing can be salvaged without it"
        error = error.missing(
          try missing(bytes.count + 1, StorageReference.all(in: machine.graph)))
      }
      throw error.at(file: file.path, member: name)
    }
  }

  // MARK: Storages

  private func storage(_ key: Text, _ byteCount: Int) throws(CheckpointError) -> TorchDecoder.Found {
    let name: Text = "data/\(key)"
    let bytes: ByteSource
    if let entry = torch.entry(name) {
      bytes =
        entry.size == byteCount
        ? zip.directory.bytes(of: entry)
        : .computed(
          LostBytes(
            byteCount, "its member \(name) holds \(entry.size) bytes, the pickle says \(byteCount)"))
    } else if let fragment = zip.fragments["\(torch.folder)/\(name)"] {
      bytes = try zip.bytes(of: fragment, byteCount)
    } else {
      bytes = .computed(
        LostBytes(
          byteCount, missing: zip.walk == nil ? 0 : byteCount,
          zip.walk == nil
            ? "there is no member \(name)" : "the file ends before its member \(name)"))
    }
    return .init(name: name, bytes: bytes, byteCount: byteCount)
  }

  /// The record's size tells as much as its text: 6 bytes for `little`, 3 for `big`.
  private func isBigEndian() throws(CheckpointError) -> Bool {
    let size = torch.entry("byteorder")?.size ?? zip.fragments["\(torch.folder)/byteorder"]?.size
    if size == nil, !zip.faults.isEmpty, try namesByteOrder() {
      throw CheckpointError(
        .corrupt, "its byteorder is damaged, so that the order of its bytes is not known",
        at: .init(file: file.path))
    }
    return size == 3
  }

  /// Whether a member of that name begins somewhere, though the directory has none, or other members say that there was one.
  private func namesByteOrder() throws(CheckpointError) -> Bool {
    if [".format_version", ".data/serialization_id"].contains(where: { torch.entry($0) != nil }) {
      return zip.walk == nil
    }
    for mark in try SignatureSearch(file).marks where mark.kind == .local {
      if try FoundHeader(at: mark.offset, of: file)?.name == "\(torch.folder)/byteorder" { return true }
    }
    return false
  }

  // MARK: How much is missing

  private func missing(
    _ pickleSize: Int, _ references: OrderedDictionary<Text, StorageReference>
  ) throws(CheckpointError) -> Int {
    if let missing = zip.missing { return missing }
    guard let walk = zip.walk else { return 0 }
    var alignment: Int?
    if let entry = torch.entry(".storage_alignment"), let bytes = try? zip.directory.read(entry, limit: 16) {
      alignment = Int(String(decoding: bytes, as: UTF8.self))
    }
    let tail = TorchTail(
      walk, folder: torch.folder, alignment: alignment, pickleSize: pickleSize,
      storages: references.values.map { ($0.key, $0.byteCount ?? 0) })
    return max(0, tail.fileSize - file.size)
  }
}
