// SPDX-License-Identifier: Apache-2.0

/// Files beside checkpoints that are no checkpoints: settings, notes, counters.
enum PlainFile {
  /// A larger text is not looked through.
  private static let longest = 16 << 20

  /// Names under which text is a checkpoint that went wrong: a web page, a pointer of Git LFS.
  private static let suffixes = [
    ".pth", ".pt", ".bin", ".ckpt", ".safetensors", ".npz", ".npy", ".pkl", ".pickle", ".distcp", ".tar",
    ".nemo", ".onnx",
  ]

  /// Whether a file is text that no checkpoint is expected to be, or a number alone, as `epoch_counter.ckpt` is.
  static func isText(_ file: InputFile) throws(CheckpointError) -> Bool {
    if file.size <= 64, try isNumber(file.read(0..<file.size)) { return true }
    guard file.size <= longest, !suffixes.contains(where: file.path.hasSuffix) else { return false }
    let bytes = try file.read(0..<file.size)
    return !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
  }

  private static func isNumber(_ bytes: [UInt8]) -> Bool {
    bytes.contains { (0x30...0x39).contains($0) }
      && bytes.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x20 || (0x09...0x0D).contains($0) }
  }
}
