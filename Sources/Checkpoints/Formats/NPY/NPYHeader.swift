// SPDX-License-Identifier: Apache-2.0

/// The head of a `.npy` file: element type, byte order, memory order, shape and where the data begin.
///
/// Format: numpy.lib.format, versions 1.0, 2.0 and 3.0.
package struct NPYHeader: Sendable, Equatable {
  /// The type of an element.
  package var type: NPYType
  /// Whether `descr` begins with `>`.
  package var bigEndian: Bool
  /// Column-major data (`fortran_order: True`).
  package var fortranOrder: Bool
  /// As `shape` says, outermost first whatever the memory order.
  package var shape: [Int]
  /// The byte at which the data begin.
  package var dataOffset: Int

  /// Elements; the shape's product, known not to overflow.
  package var count: Int { shape.reduce(1, *) }
  /// Bytes of data.
  package var byteCount: Int { count * type.size }

  /// The longest header that is read. numpy itself stops at 10,000 bytes.
  package static let longestHeader = 65_536

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  init(type: NPYType, bigEndian: Bool, fortranOrder: Bool, shape: [Int]) {
    self.type = type
    self.bigEndian = bigEndian
    self.fortranOrder = fortranOrder
    self.shape = shape
    dataOffset = 0
  }

  /// Reads the head of `bytes`, the beginning of a `.npy` file.
  ///
  /// - Throws: `corrupt` where the rules of the format are broken, `unsupported` for element types beyond `NPYType`:
  ///   Python objects (a pickle, never opened), text, dates and records among them.
  package init(_ bytes: [UInt8]) throws(CheckpointError) {
    guard bytes.count >= 10, bytes.starts(with: Self.magic) else {
      throw CheckpointError(
        .corrupt, "this is no .npy file: it does not begin with \\x93NUMPY", at: .init(byte: 0))
    }
    let (major, minor) = (bytes[6], bytes[7])
    guard (1...3).contains(major), minor == 0 else {
      throw CheckpointError(
        .unsupported, ".npy version \(major).\(minor); 1.0 to 3.0 are read", at: .init(byte: 6))
    }
    guard let text = Self.text(in: bytes) else { throw Self.short(bytes.count) }
    guard text.count <= Self.longestHeader else {
      throw CheckpointError(
        .limit, "the header claims \(text.count) bytes; at most \(Self.longestHeader) are read",
        at: .init(byte: 8))
    }
    guard bytes.count >= text.upperBound else { throw Self.short(bytes.count) }

    var parser = NPYHeaderParser(bytes: Array(bytes[text]), base: text.lowerBound)
    let fields = try parser.parse()
    guard let (type, bigEndian) = NPYType.parse(fields.descr) else { throw Self.refusal(of: fields.descr) }
    var product = type.size
    for extent in fields.shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
      guard !overflow else {
        throw CheckpointError(.limit, "the shape \(fields.shape) has more elements than can be counted")
      }
      product = next
    }
    self.type = type
    self.bigEndian = bigEndian
    fortranOrder = fields.fortranOrder
    shape = fields.shape
    dataOffset = text.upperBound
  }

  /// Where the header's text lies in a file that begins with `start`, by the version and the length in front of it; nil
  /// where those are cut short.
  static func text(in start: [UInt8]) -> Range<Int>? {
    guard start.count >= 10 else { return nil }
    let width = start[6] == 1 ? 2 : 4
    guard start.count >= 8 + width else { return nil }
    let length = (0..<width).reduce(0) { $0 | Int(start[8 + $1]) << (8 * $1) }
    return 8 + width..<8 + width + length
  }

  /// How many bytes the header of a file takes that begins with `start`; 0 where that does not say.
  static func length(of start: [UInt8]) -> Int {
    guard start.count >= 12, start.starts(with: magic), let text = text(in: start) else { return 0 }
    return text.lowerBound + min(text.count, longestHeader)
  }

  private static func short(_ count: Int) -> CheckpointError {
    CheckpointError(.corrupt, "the file ends inside its header", at: .init(byte: count))
  }

  private static func refusal(of descr: String) -> CheckpointError {
    if descr.hasSuffix("O") {
      return CheckpointError(
        .unsupported, "an array of Python objects: a pickle, which is never opened here",
        hint: "save numbers, for example array.astype('float32')")
    }
    return CheckpointError(
      .unsupported, "element type '\(descr)' (\(kind(of: descr))) is not read",
      hint: "save float, integer, bool or complex numbers")
  }

  /// What the letter of an element type stands for.
  private static func kind(of descr: String) -> String {
    switch descr.first(where: \.isLetter) {
    case "U", "S", "a": "text"
    case "M", "m": "dates and times"
    case "V": "bytes of no type; ml_dtypes saves bfloat16 so"
    case "f", "c", "g": "numbers of another size than 16, 32 or 64 bits"
    default: "unknown"
    }
  }

  /// The head of a little-endian, row-major file, as numpy writes it: padded so that the data begin at a multiple
  /// of 64.
  static func encode(_ type: NPYType, shape: [Int]) -> [UInt8] {
    let extents = shape.count == 1 ? "\(shape[0])," : shape.map(String.init).joined(separator: ", ")
    let text = Array("{'descr': '\(type.descr)', 'fortran_order': False, 'shape': (\(extents)), }".utf8)
    // Version 1 counts the header in two bytes; a shape of thousands of axes needs version 2.
    let fits = text.count < 65_000
    let start = fits ? 10 : 12
    let padding = (64 - (start + text.count + 1) % 64) % 64
    let length = text.count + padding + 1
    var bytes = magic + [fits ? 1 : 2, 0]
    for shift in 0..<(fits ? 2 : 4) { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * shift))) }
    return bytes + text + [UInt8](repeating: 0x20, count: padding) + [0x0A]
  }
}
