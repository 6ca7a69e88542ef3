// SPDX-License-Identifier: Apache-2.0

/// The names that a user vouches for: lines `allow MODULE NAME`, exact names alone.
///
/// What is allowed keeps its verdict and is shown; it is no finding.
public struct GlobalAllowance: Sendable {
  /// Larger lists are refused.
  private static let largestFile = 1 << 20

  private var names: Set<GlobalName> = []

  /// Allows nothing.
  public init() {}

  /// Reads a list of at most 1 MiB; `#` begins a comment, at the beginning of a line or behind a name.
  ///
  /// - Throws: what reading a text throws; `corrupt`, with the line, for anything but `allow MODULE NAME`: a wildcard or a
  ///   module alone would allow what nobody has looked at.
  public init(path: String) throws(CheckpointError) {
    let text = try TextFile(path: path, limit: Self.largestFile, subject: "a list of allowed names")
    do throws(CheckpointError) { try self.init(text) } catch { throw error.at(file: path) }
  }

  package init(_ text: TextFile) throws(CheckpointError) {
    for line in text.lines {
      var fields = line.fields
      if let comment = fields.firstIndex(where: { $0.hasPrefix("#") }) { fields.removeSubrange(comment...) }
      if fields.isEmpty { continue }
      do throws(CheckpointError) { names.insert(try Self.name(fields)) } catch {
        throw error.at(member: line.place.member)
      }
    }
  }

  package func contains(_ global: GlobalName) -> Bool { names.contains(global) }

  private static func name(_ fields: [Text]) throws(CheckpointError) -> GlobalName {
    guard fields[0] == "allow" else {
      throw CheckpointError(
        .corrupt, "'\(fields[0])' is no word of such a list",
        hint: "write `allow MODULE NAME`, or `#` before a comment")
    }
    if let pattern = fields.dropFirst().first(where: { $0.hasByte { "*?[]{}".utf8.contains($0) } }) {
      throw CheckpointError(
        .corrupt, "'\(pattern)' is a pattern; names are allowed one by one",
        hint: "write a line for each name that `resect scan` shows")
    }
    guard fields.count > 1 else {
      throw CheckpointError(.corrupt, "it names nothing", hint: "write `allow MODULE NAME`")
    }
    guard fields.count > 2 else {
      // Where the two were written as `scan` shows them, which part is the module is for the user to say.
      throw CheckpointError(
        .corrupt,
        "'\(fields[1])' is a module without a name, or both in one word; a whole module is not allowed",
        hint: "part the module from the name by a space, as in `allow collections deque`")
    }
    guard fields.count == 3 else {
      throw CheckpointError(
        .corrupt, "\(fields.count - 1) words follow 'allow'",
        hint: "write `allow MODULE NAME`, one name a line")
    }
    return GlobalName(fields[1], fields[2])
  }
}
