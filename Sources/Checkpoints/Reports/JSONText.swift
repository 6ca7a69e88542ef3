// SPDX-License-Identifier: Apache-2.0
internal import FoundationEssentials

/// Machine output: sorted keys, so that equal reports are equal texts.
public enum JSONText {
  /// The report as JSON on one line, with a newline at its end.
  public static func of(_ report: some Encodable) throws(CheckpointError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
    } catch {
      throw CheckpointError(.unwritable, "the report cannot be written as JSON: \(error)")
    }
  }
}
