// SPDX-License-Identifier: Apache-2.0

/// Archives that are no checkpoint and hold one: the member is named, with what takes it out.
enum ForeignArchive {
  /// Names under which members are checkpoints, the likeliest first.
  private static let suffixes: [Text] = [
    ".safetensors", ".pth", ".pt", ".ckpt", ".bin", ".npz", ".pkl", ".pth.tar", ".h5", ".onnx", ".gguf",
    ".npy",
  ]

  /// Nil where the archive may be torch's own: it has a `data.pkl` in its one folder.
  static func error(_ directory: ZipDirectory) -> CheckpointError? {
    let names = directory.entries.map(\.name)
    guard !names.contains(where: { $0.hasSuffix("/data.pkl") || $0 == "data.pkl" }) else { return nil }
    // A part of PyTorch's own form: its reader says what is missing.
    guard !names.contains(where: { $0.hasSuffix("/.format_version") || $0.hasSuffix("/version") }) else {
      return nil
    }
    let path = directory.file.path
    guard let inside = inside(names.filter { !$0.hasSuffix("/") }) else { return nil }
    let output = inside.first.suffix(after: "/").shown
    return CheckpointError(
      .unsupported, "it is a zip archive \(inside.words)", at: .init(file: path, member: inside.first),
      hint: "`unzip -p \(ShellWords.path(path)) \(ShellWords.safe(unzipPattern(inside.first))) > "
        + "\(ShellWords.path(output))`")
  }

  /// Nil where the archive may be PyTorch 0.1's.
  static func error(tar file: InputFile) throws(CheckpointError) -> CheckpointError? {
    let names = try TarNames.list(file)
    let bare = names.map { $0.hasPrefix("./") ? $0.dropFirst(2) : $0 }
    guard !bare.contains("pickle"), !bare.contains("storages"), let inside = inside(names) else { return nil }
    return CheckpointError(
      .unsupported, "it is a tar archive \(inside.words)", at: .init(file: file.path, member: inside.first),
      hint: "`tar -xf \(ShellWords.path(file.path)) \(ShellWords.path(inside.first.shown))`")
  }

  /// The member that is most likely meant, and what to say of all.
  private static func inside(_ names: [Text]) -> (first: Text, words: String)? {
    let found = suffixes.flatMap { suffix in
      names.filter { $0.hasSuffix(suffix) && $0.suffix(after: "/") != suffix }
    }
    guard let first = found.first else { return nil }
    let isNemo = found.contains { $0.suffix(after: "/") == "model_weights.ckpt" }
    let isKeras = names.contains("model.weights.h5")
    if isNemo, let weights = found.first(where: { $0.suffix(after: "/") == "model_weights.ckpt" }) {
      return (weights, "of NeMo; this member holds its weights")
    }
    if isKeras { return ("model.weights.h5", "of Keras; this member holds its weights, in HDF5") }
    let others = Set(found).count - 1
    return (
      first,
      "with a checkpoint inside"
        + (others == 0
          ? ""
          : others == 1 ? ", and one more file that may be one" : ", and \(others) more files that may be")
    )
  }

  /// unzip takes names as patterns.
  private static func unzipPattern(_ name: Text) -> Text {
    let special = Array("*?[]\\".utf8)
    return Text(part: name.bytes.flatMap { special.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] })
  }
}

/// The names of the plain files in any tar archive, whatever else is in it: for messages, not for reading.
enum TarNames {
  /// More members than this are not looked through.
  private static let limit = 10_000

  static func list(_ file: InputFile) throws(CheckpointError) -> [Text] {
    var names: [Text] = []
    var offset = 0
    for _ in 0..<limit where file.size - offset >= TarDirectory.blockSize {
      let header = TarHeader(try file.read(offset..<offset + TarDirectory.blockSize))
      guard header.hasRightChecksum, let size = try? header.size(), size <= file.size - offset else { break }
      if [0, UInt8(ascii: "0")].contains(header.type), let name = try? header.name() { names.append(name) }
      offset += TarDirectory.blockSize * (1 + (size + TarDirectory.blockSize - 1) / TarDirectory.blockSize)
    }
    return names
  }
}
