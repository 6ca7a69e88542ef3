// SPDX-License-Identifier: Apache-2.0

/// A file that is text alone: settings, notes, lists of words. Loaders execute none as such; what makes objects of it when
/// it is read is found in it.
struct PlainWords {
  struct Found {
    var verdict: GlobalVerdict
    var message: String
  }

  /// Whether it begins as JSON.
  let isJSON: Bool
  private(set) var findings: [Found] = []

  /// A larger text is not looked through.
  private static let longest = 256 << 20

  /// Nil where the file is no text.
  ///
  /// - Parameter start: its first bytes, by which most of what is no text is told.
  init?(_ file: InputFile, _ start: [UInt8]) throws(CheckpointError) {
    guard Self.isText(start) || TextFault.isWide(start) else { return nil }
    guard file.size <= Self.longest, let text = Self.text(try file.read(0..<file.size)) else { return nil }
    let first = text.first { !JSONCursor.isBlank($0) }
    isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    findings = YAMLObjects.findings(text) + KerasLayer.findings(text) + ConfiguredCall.findings(text)
  }

  /// As UTF-8; nil where there are control characters that text has not.
  private static func text(_ bytes: [UInt8]) -> [UInt8]? {
    if TextFault.isWide(bytes.prefix(512)) { return wide(bytes) }
    return isText(bytes) ? bytes : nil
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x07...0x0D).contains($0) || $0 == 0x1B }
  }

  /// UTF-16, which readers of YAML take too.
  private static func wide(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count % 2 == 0 else { return nil }
    let isBig = bytes.starts(with: [0xFE, 0xFF]) || bytes.first == 0
    let units = stride(from: 0, to: bytes.count, by: 2).map { at in
      isBig
        ? UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1]) : UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
    }
    guard !units.contains(0), let text = String(validating: units, as: UTF16.self) else { return nil }
    return Array(text.utf8.drop { $0 == 0xEF || $0 == 0xBB || $0 == 0xBF })
  }
}

extension [UInt8] {
  /// Whether a text stands anywhere in it.
  func has(_ text: String) -> Bool { Bytes.firstRange(of: Array(text.utf8).span, in: span) != nil }
}
