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
    /// True where the user vouches for it: no finding then, whatever the verdict.
    public var allowed: Bool?
    /// The name as it was met: two of one spelling may be parted in different places.
    fileprivate var global: GlobalName?

    private enum CodingKeys: String, CodingKey { case name, verdict, member, allowed }

    init(_ global: GlobalName, _ verdict: GlobalVerdict, member: Text?) {
      (name, self.verdict, self.member, self.global) = (global.text, verdict, member, global)
    }

    /// Whether it is counted: exit code 1.
    public var isFinding: Bool { verdict.isFinding && allowed != true }
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

  /// Whether any global is dangerous or opaque and nobody vouches for it: exit code 1.
  public var hasFinding: Bool { files.contains { $0.globals.contains { $0.isFinding } } }
  /// Whether every file was examined to its end.
  public var isComplete: Bool { files.allSatisfy { $0.error == nil } }

  /// Marks the findings whose names the user vouches for.
  mutating func allow(_ allowance: GlobalAllowance) {
    for file in files.indices {
      for index in files[file].globals.indices where files[file].globals[index].verdict.isFinding {
        guard let name = files[file].globals[index].global, allowance.contains(name) else { continue }
        files[file].globals[index].allowed = true
      }
    }
  }
}
