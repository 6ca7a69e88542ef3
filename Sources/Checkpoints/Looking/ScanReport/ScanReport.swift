// SPDX-License-Identifier: Apache-2.0

/// What files would do to who loads them: what `resect scan` prints.
public struct ScanReport: Codable, Sendable {
  /// Rises when a name goes or changes its meaning.
  public var schema = 2
  /// In the order of the arguments; of a folder in the order of bytes.
  public var files: [File]

  /// Whether anything in any file is not known to be harmless: exit code 1.
  public var hasFinding: Bool { files.contains { !$0.findings.isEmpty } }
  /// Whether every file was examined to its end.
  public var isComplete: Bool { files.allSatisfy { $0.notExamined.isEmpty } }
}

extension ScanReport {
  /// What one file is, in one word: the worst of what is in it.
  public enum Verdict: String, Codable, Sendable, CaseIterable {
    /// Something in it runs code or commands, or reaches files, the network or other objects.
    case dangerous
    /// Something in it is not known to be harmless.
    case opaque
    /// Nothing of that was met, but it was not examined to its end.
    case notExamined = "not-examined"
    /// What it calls makes data anew, and PyTorch asks before it loads it.
    case rebuild
    /// Its classes are data, and PyTorch asks before it loads them.
    case data
    /// PyTorch loads it by default.
    case byDefault = "default"
    /// A checkpoint that names nothing: numbers alone.
    case numbers
    /// No form that a loader executes: text, settings, images, sound.
    case noCheckpoint = "no-checkpoint"
  }

  /// A name that pickles have: once a file, where it is met first.
  public struct Global: Codable, Sendable {
    /// The module, as the pickle has it.
    public var module: Text
    /// The name in it.
    public var name: Text
    /// What running it could do.
    public var verdict: GlobalVerdict
    /// True where a person allows it, whatever it is.
    public var allowed: Bool?
    /// The members that lead to the pickle, from the outermost archive inwards; absent where it is the file itself.
    public var members: [Text]?
    /// Where the opcode lies: in the innermost member, or in the file.
    public var byte: Int
  }

  /// Something that is not known to be harmless.
  public struct Finding: Codable, Sendable {
    /// What kind of thing it is.
    public var kind: ScanFinding
    /// `opaque` or `dangerous`.
    public var verdict: GlobalVerdict
    /// One sentence; for a name the name itself.
    public var message: String
    /// As in `Global`.
    public var members: [Text]?
    /// As in `Global`; absent where it is about the whole.
    public var byte: Int?
    /// The opcodes around the place, in the style of `pickletools.dis`.
    public var disassembly: [String]?
  }

  /// What was not looked at, and why.
  public struct Gap: Codable, Sendable {
    /// As `ErrorReport` has it.
    public var code: String
    /// One sentence.
    public var message: String
    /// As in `Global`.
    public var members: [Text]?
    /// As in `Global`.
    public var byte: Int?
    /// What to try.
    public var hint: String?
  }

  /// What was found in one file.
  public struct File: Codable, Sendable {
    /// Its path.
    public var file: String
    /// The worst of what follows.
    public var verdict = Verdict.noCheckpoint
    /// Every form that it has, in the order in which loaders look.
    public var forms: [String] = []
    /// Members of archives that were looked at, at any depth.
    public var members = 0
    /// Pickles that were examined.
    public var pickles = 0
    /// Every name, in the order in which they are met.
    public var globals: [Global] = []
    /// At most a thousand; `moreFindings` counts the rest.
    public var findings: [Finding] = []
    /// Findings that are not listed.
    public var moreFindings: Int?
    /// At most a thousand places.
    public var notExamined: [Gap] = []
  }
}
