// SPDX-License-Identifier: Apache-2.0

/// A text that people feed in (a list, a table, a recipe, a configuration): the one reader of all of them.
///
/// It is UTF-8; a byte order mark at its beginning is taken off. Lines end in LF, CRLF or a lone CR, as Python's
/// `open` has them, and nowhere else: U+2028 and form feeds are parts of a line.
package struct TextFile: Sendable {
  package struct Line: Sendable {
    /// Counted from 1.
    package var number: Int
    package var bytes: ArraySlice<UInt8>

    /// The line as it stands.
    package var text: Text { Text(part: bytes) }
    /// Its words, as Python's `split()` parts them: by white space of any kind, U+00A0 and U+3000 too.
    package var fields: [Text] { PythonSpace.fields(bytes) }
    /// Without white space of any kind at its ends, as Python's `strip()`.
    package var stripped: Text { Text(part: PythonSpace.stripped(bytes)) }
    package var place: CheckpointError.Location { .init(member: "line \(number)") }
  }

  /// UTF-8 without a mark.
  package let bytes: [UInt8]

  /// - Parameter name: what the hint calls the file.
  /// - Throws: `corrupt`, with the line of the first wrong byte: for other encodings, which are named, for NUL bytes,
  ///   and for a byte order mark at the beginning of a later line, which two joined files leave.
  package init(_ bytes: [UInt8], name: String? = nil) throws(CheckpointError) {
    if let fault = TextFault(bytes) { throw fault.error(in: bytes, name: name) }
    self.bytes = bytes.starts(with: TextFault.mark) ? Array(bytes[TextFault.mark.count...]) : bytes
  }

  /// Reads a file of at most `limit` bytes.
  ///
  /// - Parameter subject: what the file is, for errors: "a list".
  /// - Throws: what `InputFile` throws, `limit`, and what `init(_:name:)` throws; each names the file.
  package init(path: String, limit: Int, subject: String = "a list") throws(CheckpointError) {
    let file = try InputFile(path: path)
    guard file.size <= limit else {
      throw CheckpointError(
        .limit, "\(subject) of \(file.size) bytes; at most \(limit) are read", at: .init(file: path))
    }
    do throws(CheckpointError) {
      try self.init(file.read(0..<file.size), name: path)
    } catch { throw error.at(file: path) }
  }

  /// The whole text, every line end a LF.
  package var string: String {
    guard bytes.contains(Self.carriageReturn) else { return String(decoding: bytes, as: UTF8.self) }
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte != Self.carriageReturn {
        plain.append(byte)
      } else if index + 1 == bytes.count || bytes[index + 1] != Self.lineFeed {
        plain.append(Self.lineFeed)
      }
    }
    return String(decoding: plain, as: UTF8.self)
  }

  /// Its lines in order, empty ones too; none behind the last line end.
  package var lines: [Line] {
    var lines: [Line] = []
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex { $0 == Self.lineFeed || $0 == Self.carriageReturn } ?? bytes.count
      lines.append(Line(number: lines.count + 1, bytes: bytes[start..<end]))
      start = end + 1
      if end + 1 < bytes.count, bytes[end] == Self.carriageReturn, bytes[end + 1] == Self.lineFeed {
        start += 1
      }
    }
    return lines
  }

  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}

extension YAMLValue {
  /// Reads a document of YAML 1.1.
  ///
  /// - Throws: what `YAMLReader` throws, with the line.
  package init(_ text: TextFile) throws(CheckpointError) { self = try YAMLReader.value(of: text.bytes) }
}
