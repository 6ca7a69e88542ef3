// SPDX-License-Identifier: Apache-2.0

/// A folder that 3D-Speaker's checkpointer wrote, told by its `CKPT.yaml`.
///
/// As a document it is a dict: what each `*.ckpt` holds under the file's stem, `CKPT` for the yaml, and any other file
/// under its whole name, as text or bytes, so that nothing in the folder is lost.
enum ThreeDSpeakerFolder: FolderForm {
  /// The largest plain pickle or other file.
  static let largestFile = 64 << 20

  static func fits(_ folder: InputFolder) -> Bool { folder.names.contains(ThreeDSpeaker.yamlName) }

  static func read(
    _ folder: InputFolder, open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> Document {
    let yaml = try yaml(folder)
    var document = Document()
    var entries: [Mapping.Entry] = []
    for name in order(folder.names) where name != ThreeDSpeaker.yamlName {
      let stem = name.dropping(suffix: ThreeDSpeaker.suffix)
      let value =
        stem == nil
        ? try other(name, folder, &document) : try parameter(name, folder, into: &document, open: open)
      entries.append(Mapping.Entry(key: document.add(.string(stem ?? name)), value: value))
    }
    entries.append(
      Mapping.Entry(
        key: document.add(.string(ThreeDSpeaker.folderPrefix)),
        value: YAMLValue.map(yaml.entries).node(in: &document)))
    var keys: Set<Text> = []
    for entry in entries {
      let key = document.keyText(entry.key)
      guard keys.insert(key).inserted else {
        throw CheckpointError(
          .collision, "two files of the folder stand for one name", at: .init(file: folder.path, key: key))
      }
    }
    document.root = document.add(.mapping(Mapping(kind: .dict, entries: entries)))
    document.source = .init(file: folder.path, format: .threeDSpeaker)
    return document
  }

  static func yaml(_ folder: InputFolder) throws(CheckpointError) -> CheckpointYAML {
    do throws(CheckpointError) {
      return try CheckpointYAML(
        folder.bytes(ThreeDSpeaker.yamlName, limit: 1 << 16), name: folder(ThreeDSpeaker.yamlName))
    } catch { throw error.at(file: folder(ThreeDSpeaker.yamlName)) }
  }

  /// The backbone, the classifier, other parameters, the counter; what is no parameter last.
  private static func order(_ names: [Text]) -> [Text] {
    let known = [ThreeDSpeaker.backbone, ThreeDSpeaker.classifier].map(ThreeDSpeaker.file)
    let counter = ThreeDSpeaker.file(ThreeDSpeaker.counter)
    let rest = names.filter { !known.contains($0) && $0 != counter }
    return known.filter(names.contains) + rest.filter { $0.hasSuffix(ThreeDSpeaker.suffix) }
      + [counter].filter(names.contains) + rest.filter { !$0.hasSuffix(ThreeDSpeaker.suffix) }
  }

  /// The content decides what a parameter file is: a checkpoint of torch, a plain pickle, or a number in digits.
  private static func parameter(
    _ name: Text, _ folder: InputFolder, into document: inout Document,
    open: (InputFile) throws(CheckpointError) -> Document
  ) throws(CheckpointError) -> NodeID {
    let path = folder(name)
    do throws(CheckpointError) {
      let file = try folder.open(name)
      let start = try file.read(0..<min(file.size, 512))
      if ZipDirectory.begins(start) || LegacyStream.begins(start) {
        let inner = try open(file)
        return document.graft(inner.root, of: inner) { "\(name)/\($0)" }
      }
      if start.first == 0x80 { return try pickle(folder.bytes(name, limit: largestFile), &document) }
      // Upstream's `int(file.read())` takes white space at both ends; an editor's mark is taken off as everywhere.
      if file.size == start.count, let text = try? TextFile(start),
        let epoch = PythonSpace.int(text.bytes[...])
      {
        return document.add(.int(epoch))
      }
      throw CheckpointError(
        .unsupported, "it is neither a checkpoint of torch, nor a pickle, nor a number",
        hint: "move it out of the folder")
    } catch { throw error.at(file: path) }
  }

  /// `label_encoder.ckpt` of the language-identification recipes: `pickle.dump` of a dict.
  private static func pickle(
    _ bytes: [UInt8], _ document: inout Document
  ) throws(CheckpointError) -> NodeID {
    let graph = try PickleMachine.run(bytes, limits: .reading(bytes.count))
    guard graph.byteCount == bytes.count else {
      throw CheckpointError(.corrupt, "bytes follow the pickle", at: .init(byte: graph.byteCount))
    }
    var decoder = TorchDecoder(graph, at: .init()) { key throws(CheckpointError) in
      throw CheckpointError(.corrupt, "the pickle names storage '\(key)', but a plain pickle has none")
    }
    let inner = try decoder.decode()
    return document.graft(inner.root, of: inner)
  }

  private static func other(
    _ name: Text, _ folder: InputFolder, _ document: inout Document
  ) throws(CheckpointError) -> NodeID {
    guard try FolderMember.kind(of: name, in: folder.path) != .folder else {
      throw CheckpointError(
        .unsupported, "a folder lies in the checkpoint folder, where upstream writes none",
        at: .init(file: folder(name)), hint: "move it elsewhere")
    }
    let bytes = try folder.bytes(name, limit: largestFile)
    return document.add(String(validating: bytes, as: UTF8.self).map { .string(Text($0)) } ?? .bytes(bytes))
  }
}

extension Document.Format {
  /// A `CKPT-*` folder of 3D-Speaker.
  public static let threeDSpeaker = Self(
    "3dspeaker", countedIn: "tensor", agreement: "the files beside it are what it takes them for")
}
