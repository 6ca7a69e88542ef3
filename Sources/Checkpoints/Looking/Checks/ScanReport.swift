// SPDX-License-Identifier: Apache-2.0

/// Every global that some files' pickles name: what `resect scan` prints.
public struct ScanReport: Codable, Sendable {
  public struct Global: Codable, Sendable {
    public var name: Text
    public var verdict: GlobalVerdict
    /// The archive's member whose pickle names it first.
    public var member: Text?
  }

  public struct File: Codable, Sendable {
    public var file: String
    /// Each once, in the order in which they are met.
    public var globals: [Global] = []
    /// Why the file was not examined to its end; what was seen before is in `globals`.
    public var error: ErrorReport.Body?
  }

  public var schema = 1
  public var files: [File]

  public var hasFinding: Bool { files.contains { $0.globals.contains { $0.verdict.isFinding } } }
  public var isComplete: Bool { files.allSatisfy { $0.error == nil } }
}
