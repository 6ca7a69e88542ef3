// SPDX-License-Identifier: Apache-2.0

/// The zip of `torch.save` (1.6 and later) and of `torch.jit.save`: `<folder>/data.pkl`, `<folder>/data/<key>`,
/// `<folder>/version`.
struct TorchZip {
  let directory: ZipDirectory
  /// The archive's inner folder, without a slash: the first entry's name up to its first `/`, as PyTorch has it.
  let folder: Text

  private var path: String { directory.file.path }

  init(_ directory: ZipDirectory) throws(CheckpointError) {
    self.directory = directory
    let file = directory.file
    guard let first = directory.entries.first else {
      throw CheckpointError(.corrupt, "the archive is empty", at: .init(file: file.path))
    }
    guard let slash = first.name.firstIndex(of: "/") else {
      throw Self.notTorch(directory, "its members lie in no folder")
    }
    folder = first.name[0..<slash]
    for entry in directory.entries where !entry.name.hasPrefix("\(folder)/") {
      throw Self.notTorch(directory, "member \(entry.name) lies outside the folder \(folder)/ of the others")
    }
  }

  /// An archive of which some members may be gone.
  init(_ directory: ZipDirectory, folder: Text) {
    self.directory = directory
    self.folder = folder
  }

  private static func notTorch(_ directory: ZipDirectory, _ reason: String) -> CheckpointError {
    if directory.entries.contains(where: { $0.name.hasSuffix(".npy") }),
      let other = directory.entries.first(where: { !$0.name.hasSuffix(".npy") })
    {
      return CheckpointError(
        .unsupported, "it is no .npy array, as the archive's other members are",
        at: .init(file: directory.file.path, member: other.name), hint: "`zip -d` removes a member")
    }
    return CheckpointError(
      .corrupt, "it is a zip archive, but not one of torch.save: \(reason)",
      at: .init(file: directory.file.path))
  }

  /// The archive's values. Reads the directory and `data.pkl`, no storage.
  func document() throws(CheckpointError) -> Document {
    try checkVersion()
    let isBigEndian = try isBigEndian()
    guard let entry = entry("data.pkl") else {
      throw Self.notTorch(directory, "there is no \(folder)/data.pkl")
    }
    let pickle = try directory.read(entry)
    let location = CheckpointError.Location(file: path, member: entry.name)
    let graph: PickleGraph
    do throws(CheckpointError) {
      graph = try PickleMachine.run(pickle, limits: .reading(entry.compressedSize))
    } catch {
      throw error.at(file: path, member: entry.name)
    }
    var decoder = TorchDecoder(graph, at: location) { key throws(CheckpointError) in try storage(key) }
    decoder.isBigEndian = isBigEndian
    var document = try decoder.decode()
    let isScript = self.entry("constants.pkl") != nil
    if isScript { try TorchScriptFinder.run(on: &document, directory, folder: folder) }
    document.source = .init(file: path, format: isScript ? .torchScript : .torch)
    return document
  }

  func entry(_ name: Text) -> ZipEntry? { directory.entry(named: "\(folder)/\(name)") }

  private func storage(_ key: Text) throws(CheckpointError) -> TorchDecoder.Found {
    guard let entry = entry("data/\(key)") else {
      throw CheckpointError(
        .corrupt, "the pickle names storage '\(key)', but there is no member \(folder)/data/\(key)",
        at: .init(file: path))
    }
    return .init(name: "data/\(key)", bytes: directory.bytes(of: entry), byteCount: entry.size)
  }

  /// PyTorch reads versions 1 to 10.
  func checkVersion() throws(CheckpointError) {
    guard let entry = entry(".data/version") ?? entry("version") else {
      throw CheckpointError(.corrupt, "there is no member \(folder)/version", at: .init(file: path))
    }
    let text = String(decoding: try directory.read(entry, limit: 64), as: UTF8.self)
    let digits = text.drop { $0 == " " }.prefix { $0.isASCII && $0.isNumber }
    guard let version = Int(digits), (1...10).contains(version) else {
      throw CheckpointError(
        .unsupported, "its file format version is \(text.debugDescription); 1 to 10 are known",
        at: .init(file: path, member: entry.name))
    }
  }

  /// `little` where the archive does not say, as PyTorch has it.
  private func isBigEndian() throws(CheckpointError) -> Bool {
    guard let entry = entry("byteorder") else { return false }
    switch String(decoding: try directory.read(entry, limit: 64), as: UTF8.self) {
    case "little": return false
    case "big": return true
    case let text:
      throw CheckpointError(
        .unsupported, "its byte order is \(text.debugDescription), neither 'little' nor 'big'",
        at: .init(file: path, member: entry.name))
    }
  }
}

extension Document.Format {
  /// `torch.save`'s zip.
  public static let torch = Self("torch", countedIn: "member")
  /// The same with TorchScript's code, of `torch.jit.save`.
  public static let torchScript = Self("torchscript", countedIn: "member")
}
