// SPDX-License-Identifier: Apache-2.0

/// Machine output: keys sorted by their bytes, so that equal reports are equal texts.
public enum JSONText {
  /// The report as JSON on one line, with a newline at its end.
  public static func of(_ report: some Encodable) throws(CheckpointError) -> String {
    do {
      var bytes: [UInt8] = []
      try JSONTreeEncoder.tree(of: report).write(to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      throw CheckpointError(.unwritable, "the report cannot be written as JSON: \(error)")
    }
  }
}
