// SPDX-License-Identifier: Apache-2.0

/// Files that no loader of checkpoints executes, told by their first bytes: images and sound. Text is told by all of its
/// bytes: `PlainWords`.
enum InertFile {
  /// The words of forms that are no checkpoint.
  static let words: Set<String> = ["empty", "image", "audio", "video", "json", "text"]

  static func word(_ start: [UInt8], _ file: InputFile) -> String? {
    if start.isEmpty { return "empty" }
    for (word, magic) in magics where start.starts(with: magic) { return word }
    if start.count >= 12, start.starts(with: "RIFF".utf8) {
      switch String(decoding: start[8..<12], as: UTF8.self) {
      case "WAVE": return "audio"
      case "WEBP": return "image"
      case "AVI ": return "video"
      default: return nil
      }
    }
    if start.count >= 12, start[4..<8].elementsEqual("ftyp".utf8) { return "video" }
    // A bitmap states its own size.
    if start.count >= 6, start.starts(with: "BM".utf8),
      (0..<4).reduce(0, { $0 | Int(start[2 + $1]) << (8 * $1) }) == file.size
    {
      return "image"
    }
    return nil
  }

  private static let magics: [(String, [UInt8])] = [
    ("image", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), ("image", [0xFF, 0xD8, 0xFF]),
    ("image", Array("GIF87a".utf8)), ("image", Array("GIF89a".utf8)), ("image", [0x49, 0x49, 0x2A, 0]),
    ("image", [0x4D, 0x4D, 0, 0x2A]), ("audio", Array("fLaC".utf8)), ("audio", Array("OggS".utf8)),
    ("audio", Array("ID3".utf8)), ("audio", [0xFF, 0xFB]), ("audio", [0xFF, 0xF3]), ("audio", [0xFF, 0xF2]),
    ("audio", Array("NIST_1A".utf8)), ("video", [0x1A, 0x45, 0xDF, 0xA3]),
  ]
}
