// SPDX-License-Identifier: Apache-2.0

/// What went wrong, where, and what to try: the one error that this library throws.
///
/// Two errors are equal when their codes are, so that a test can say `#expect(throws: .collision)`.
public struct CheckpointError: Error, Sendable, Equatable {
  /// What kind of failure it is: for programs, and for tests.
  public var code: Code
  /// As much of the place as is known; whoever throws from deep inside knows the byte, whoever opened the
  /// file its path.
  public var location: Location
  /// One sentence: what was wrong. It names neither the file nor the key; `location` does.
  public var reason: String
  /// One sentence or command: what to try. Nil when there is nothing sensible to suggest.
  public var hint: String?

  /// - Parameters:
  /// - reason: one sentence, without the file's or the key's name.
  /// - hint: one sentence or a command that can be pasted as it stands.
  public init(_ code: Code, _ reason: String, at location: Location = Location(), hint: String? = nil) {
    self.code = code
    self.reason = reason
    self.location = location
    self.hint = hint
  }

  /// Whether both are of one kind; place and words do not count.
  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}

extension CheckpointError {
  /// A stable word for the kind of failure, and the exit code that it leads to.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The word as it stands in JSON, for example `nothing-matched`.
    public let word: String
    /// 2 wrong words, 3 cannot read or write, 4 refused for safety.
    public let exitCode: Int32

    /// The word of JSON.
    public var description: String { word }

    private init(_ word: String, _ exitCode: Int32) {
      self.word = word
      self.exitCode = exitCode
    }

    /// The command's own words are wrong: an unknown pass, a malformed pattern.
    public static let wrongWords = Code("wrong-words", 2)

    /// The file is not there, is a folder, or may not be read.
    public static let unreadable = Code("unreadable", 3)
    /// The bytes break the format's rules.
    public static let corrupt = Code("corrupt", 3)
    /// A format, feature or data type that this version does not read.
    public static let unsupported = Code("unsupported", 3)
    /// A bound of the reader was reached: depth, counts, sizes.
    public static let limit = Code("limit", 3)
    /// The input changed while it was being read.
    public static let inputChanged = Code("input-changed", 3)
    /// The output could not be written.
    public static let unwritable = Code("unwritable", 3)

    /// A rule, pattern or path matches nothing.
    public static let nothingMatched = Code("nothing-matched", 4)
    /// Two things would get one name.
    public static let collision = Code("collision", 4)
    /// Nothing would be left.
    public static let emptyResult = Code("empty-result", 4)
    /// No layout fits the document.
    public static let unknownLayout = Code("unknown-layout", 4)
    /// The file is a bare backbone already.
    public static let alreadyBare = Code("already-bare", 4)
    /// The branch that was asked for is not there.
    public static let absentBranch = Code("absent-branch", 4)
    /// More than one reading is possible; an option must settle it.
    public static let ambiguous = Code("ambiguous", 4)
    /// What was said contradicts what is known.
    public static let contradiction = Code("contradiction", 4)
    /// Values do not fit the data type asked for.
    public static let overflow = Code("overflow", 4)
    /// The output exists, or is an input.
    public static let wouldOverwrite = Code("would-overwrite", 4)
    /// The document holds globals beyond known data types.
    public static let unknownGlobals = Code("unknown-globals", 4)
    /// The target format cannot hold this.
    public static let unrepresentable = Code("unrepresentable", 4)
    /// Parameters are missing, unexpected or of another shape.
    public static let misfit = Code("misfit", 4)
  }

  /// Where: file, archive member, byte offset, key or path. Each is optional.
  public struct Location: Hashable, Sendable {
    /// The path as it was given.
    public var file: String?
    /// The archive's member, by its whole name, or the name of a storage.
    public var member: Text?
    /// An offset from 0: in the member where there is one, else in the file.
    public var byte: Int?
    /// A state dict's key, or the path of a value (`ValuePath`).
    public var key: Text?

    /// Each part is left out where it is not known.
    public init(file: String? = nil, member: Text? = nil, byte: Int? = nil, key: Text? = nil) {
      self.file = file
      self.member = member
      self.byte = byte
      self.key = key
    }

    /// With a key that is a name of ours.
    public init(file: String? = nil, member: Text? = nil, byte: Int? = nil, key: String?) {
      self.init(file: file, member: member, byte: byte, key: key.map { Text($0) })
    }
  }

  /// The same error with the parts of `location` that it did not know yet.
  public func at(file: String? = nil, member: Text? = nil, byte: Int? = nil, key: Text? = nil) -> Self {
    var error = self
    error.location.file = location.file ?? file
    error.location.member = location.member ?? member
    error.location.byte = location.byte ?? byte
    error.location.key = location.key ?? key
    return error
  }

  /// The same error under the name of a file that someone asked for, whatever file it was about.
  package func of(file: String) -> Self {
    var error = self
    error.location.file = file
    return error
  }

  /// The same for a key that is a name of ours.
  public func at(file: String? = nil, member: Text? = nil, byte: Int? = nil, key: String?) -> Self {
    at(file: file, member: member, byte: byte, key: key.map { Text($0) })
  }
}

extension CheckpointError: CustomStringConvertible {
  /// `a.pth: data.pkl: byte 17: key 'x': reason` and, on a line of its own, the hint.
  ///
  /// Names come from files: control characters in them are escaped, so that none can steer a terminal.
  public var description: String {
    var parts: [String] = []
    if let file = location.file { parts.append(file.isEmpty ? "''" : PlainText.of(file)) }
    if let member = location.member { parts.append("\(member)") }
    if let byte = location.byte { parts.append("byte \(byte)") }
    if let key = location.key { parts.append("'\(key)'") }
    // Our own sentences may have several lines.
    parts.append(PlainText.of(reason, but: "\n"))
    let message = parts.joined(separator: ": ")
    guard let hint else { return message }
    return message + "\n  try: " + PlainText.of(hint, but: "\n")
  }
}
