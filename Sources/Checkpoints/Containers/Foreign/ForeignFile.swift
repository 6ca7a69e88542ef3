// SPDX-License-Identifier: Apache-2.0

/// What a file that is no checkpoint is, told by its first bytes, and a command that makes one of it.
enum ForeignFile {
  static func error(_ start: [UInt8], _ file: InputFile) -> CheckpointError {
    known(start, file)
      ?? CheckpointError(
        .unsupported, unknown(start), at: .init(file: file.path), hint: lastResort(file.path))
  }

  /// Nil where the first bytes are none that are known.
  static func known(_ start: [UInt8], _ file: InputFile) -> CheckpointError? {
    let path = file.path
    guard let kind = kinds.first(where: { $0.fits(start, path) }) else { return nil }
    return CheckpointError(.unsupported, kind.reason, at: .init(file: path), hint: kind.hint(path))
  }

  private struct Kind: Sendable {
    var reason: String
    var fits: @Sendable (_ start: [UInt8], _ path: String) -> Bool
    var hint: @Sendable (_ path: String) -> String

    init(
      _ reason: String, _ magic: [UInt8], at offset: Int = 0, hint: @escaping @Sendable (String) -> String
    ) {
      self.init(reason, fits: { start, _ in start.dropFirst(offset).starts(with: magic) }, hint: hint)
    }

    init(
      _ reason: String, fits: @escaping @Sendable ([UInt8], String) -> Bool,
      hint: @escaping @Sendable (String) -> String
    ) {
      self.reason = reason
      self.fits = fits
      self.hint = hint
    }
  }

  private static let kinds: [Kind] = [
    // Compressed files, by the numbers that `file` knows them by. What unpacks them reads from a pipe, so that the
    // name's suffix does not matter.
    Kind(
      "it is a tar archive compressed by gzip", fits: { begins($0, [0x1F, 0x8B]) && isTar($1) },
      hint: gzippedTar),
    Kind("it is compressed by gzip", [0x1F, 0x8B]) { unpack("gzip -dc", $0, [".gz"]) },
    Kind("it is compressed by bzip2", fits: { start, _ in isBzip2(start) }) {
      unpack("bzip2 -dc", $0, [".bz2"])
    },
    Kind("it is compressed by xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) { unpack("xz -dc", $0, [".xz"]) },
    Kind("it is compressed by lzma, xz's older form", fits: { start, _ in isLZMA(start) }) {
      unpack("xz --format=lzma -dc", $0, [".lzma"])
    },
    Kind("it is compressed by zstd", [0x28, 0xB5, 0x2F, 0xFD]) { unpack("zstd -dc", $0, [".zst", ".zstd"]) },
    Kind("it is compressed by lz4", [4, 0x22, 0x4D, 0x18]) { unpack("lz4 -dc", $0, [".lz4"]) },
    Kind("it is compressed by lzip", Array("LZIP".utf8)) { unpack("lzip -dc", $0, [".lz"]) },
    Kind("it is compressed by compress", [0x1F, 0x9D]) { unpack("gzip -dc", $0, [".Z"]) },
    Kind("it is compressed by zlib, as `joblib.dump` does", fits: { start, _ in isZlib(start) }) { path in
      let code = "import sys,zlib;sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))"
      return "`python3 -c '\(code)' < \(ShellWords.path(path)) > \(ShellWords.path(path + ".unpacked"))`"
    },
    Kind("it is a RAR archive", Array("Rar!\u{1A}\u{7}".utf8)) { "`unrar x \(ShellWords.path($0))`" },
    Kind(
      "it is a 7z archive, a form that scanners are evaded with; torch.save never writes it",
      [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]
    ) { "`7z x \(ShellWords.path($0))`" },
    // Other tools' models.
    Kind(
      "it is an HDF5 file, as Keras and h5py write", [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A],
      hint: hdf5),
    Kind("it is a GGUF file, as llama.cpp reads", Array("GGUF".utf8)) { _ in
      "its weights are packed in blocks; read the safetensors or torch checkpoint that it was made from"
    },
    Kind("it is a GGML file, as old versions of llama.cpp read", fits: { start, _ in isGGML(start) }) { _ in
      "its weights are packed in blocks; read the torch checkpoint that it was made from"
    },
    Kind(
      "it is named as an ONNX model, and does not begin as writers of ONNX begin one", fits: isONNX,
      hint: onnx),
    Kind("it is a TensorFlow Lite model", Array("TFL3".utf8), at: 4) { _ in
      "its weights may be quantized; read the checkpoint that it was made from"
    },
    Kind("it is an empty zip archive", Array("PK\u{5}\u{6}".utf8), hint: lastResort),
  ]

  // MARK: Hints

  private static func lastResort(_ path: String) -> String {
    "what torch.save, safetensors or numpy wrote; `file \(ShellWords.path(path))` may tell what this one is"
  }

  /// The name without the suffix that the compressor gave it.
  private static func unpack(_ command: String, _ path: String, _ suffixes: [String]) -> String {
    let suffix = suffixes.first { path.hasSuffix($0) && path.utf8.count > $0.utf8.count }
    let output = suffix.map { String(path.dropLast($0.count)) } ?? path + ".unpacked"
    return "`\(command) < \(ShellWords.path(path)) > \(ShellWords.path(output))`"
  }

  private static func gzippedTar(_ path: String) -> String {
    path.hasSuffix(".nemo")
      ? "a .nemo file holds its weights in `model_weights.ckpt`: "
        + "`tar -xzf \(ShellWords.path(path)) --wildcards '*model_weights.ckpt'`"
      : "`tar -xzf \(ShellWords.path(path))`"
  }

  private static func hdf5(_ path: String) -> String {
    python(
      path,
      "import sys,h5py,numpy;d={};h5py.File(sys.argv[1]).visititems(lambda k,v:"
        + "d.update({k:v[()]}) if isinstance(v,h5py.Dataset) else None);numpy.savez(sys.argv[2],**d)")
  }

  private static func onnx(_ path: String) -> String {
    python(
      path,
      "import sys,onnx,numpy,onnx.numpy_helper as h;numpy.savez(sys.argv[2],**{t.name:h.to_array(t) for t in "
        + "onnx.load(sys.argv[1]).graph.initializer})")
  }

  private static func python(_ path: String, _ code: String) -> String {
    "`python3 -c '\(code)' \(ShellWords.path(path)) \(ShellWords.path(path + ".npz"))` takes its arrays out"
  }

  /// A command that leaves the first bytes of a file alone, `count` of them and `rest` behind.
  static func head(_ count: Int, of path: String, rest: Int) -> String {
    "`head -c \(count) \(ShellWords.path(path)) > \(ShellWords.path(path + ".whole"))` takes "
      + (rest == 1 ? "it off" : "them off")
  }

  // MARK: Beginnings

  private static func begins(_ start: [UInt8], _ magic: [UInt8]) -> Bool { start.starts(with: magic) }

  private static func isTar(_ path: String) -> Bool {
    [".tar.gz", ".tgz", ".nemo", ".pth.tar"].contains(where: path.hasSuffix)
  }

  /// `BZh`, the size of a block, and the number of a block or of the end: pi or its square root.
  private static func isBzip2(_ start: [UInt8]) -> Bool {
    guard start.count >= 10, begins(start, Array("BZh".utf8)), (0x31...0x39).contains(start[3]) else {
      return false
    }
    let magic = Array(start[4..<10])
    return magic == [0x31, 0x41, 0x59, 0x26, 0x53, 0x59] || magic == [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]
  }

  /// The form has no magic number: a byte of properties, which every writer leaves at its default, a dictionary of a power of
  /// two, and the size or, where that is not known, -1.
  private static func isLZMA(_ start: [UInt8]) -> Bool {
    guard start.count >= 13, start[0] == 0x5D else { return false }
    let dictionary = start[1..<5].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let size = start[5..<13]
    return dictionary >= 4096 && dictionary.nonzeroBitCount == 1
      && (size.allSatisfy { $0 == 0xFF } || size.suffix(3).allSatisfy { $0 == 0 })
  }

  /// The two bytes of RFC 1950: a window of 32 KiB, no dictionary, a multiple of 31.
  private static func isZlib(_ start: [UInt8]) -> Bool {
    start.count >= 2 && start[0] == 0x78 && [0x01, 0x5E, 0x9C, 0xDA].contains(start[1])
  }

  /// `ggml`, `ggmf`, `ggjt` and `ggla` as little-endian integers.
  private static func isGGML(_ start: [UInt8]) -> Bool {
    ["lmgg", "fmgg", "tjgg", "algg"].contains { start.starts(with: $0.utf8) }
  }

  /// A model that is told by its content is no foreign file. What is left has its fields in an order of its own.
  private static func isONNX(_ start: [UInt8], _ path: String) -> Bool {
    path.hasSuffix(".onnx") && start.count >= 4 && start[0] & 7 <= 2
  }

  /// What the first bytes of any other file suggest.
  private static func unknown(_ start: [UInt8]) -> String {
    if start.isEmpty { return "it is empty" }
    if start.starts(with: "version https://git-lfs".utf8) {
      return "it is a Git LFS pointer, not the file itself: `git lfs pull` fetches that"
    }
    if start.first == UInt8(ascii: "<") { return "it begins like a web page: the download went wrong" }
    return "it is no checkpoint of a known form"
  }
}
