// SPDX-License-Identifier: Apache-2.0

/// Every global that some files' pickles name: what `resect scan` prints.
public struct ScanReport: Codable, Sendable {
  /// One name, and what it would mean.
  public struct Global: Codable, Sendable {
    /// `module.name`, as the pickle has it.
    public var name: Text
    /// What running it could do.
    public var verdict: GlobalVerdict
    /// The archive's member whose pickle names it first.
    public var member: Text?
  }

  /// What was found in one file.
  public struct File: Codable, Sendable {
    /// Its path.
    public var file: String
    /// Each once, in the order in which they are met.
    public var globals: [Global] = []
    /// Why the file was not examined to its end; what was seen before is in `globals`.
    public var error: ErrorReport.Body?
  }

  /// Rises when a name goes or changes its meaning.
  public var schema = 1
  /// In the order of the arguments; of a folder in the order of bytes.
  public var files: [File]

  /// Whether any global is opaque or dangerous: exit code 1.
  public var hasFinding: Bool { files.contains { $0.globals.contains { $0.verdict.isFinding } } }
  /// Whether every file was examined to its end.
  public var isComplete: Bool { files.allSatisfy { $0.error == nil } }
}
