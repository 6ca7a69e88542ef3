// SPDX-License-Identifier: Apache-2.0
internal import FoundationEssentials

extension ErrorReport {
  /// Reads what a command printed with `--json`. Throws `corrupt` for anything else.
  public init(parsing text: String) throws(CheckpointError) {
    do {
      self = try JSONDecoder().decode(ErrorReport.self, from: Data(text.utf8))
    } catch {
      throw CheckpointError(.corrupt, "it is no error report")
    }
  }
}
