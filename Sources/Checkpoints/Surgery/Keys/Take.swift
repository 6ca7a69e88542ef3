// SPDX-License-Identifier: Apache-2.0

/// `take PATH`: one part of the document becomes the document, and all else goes.
public struct Take: WordPass {
  package static let word = "take"
  package static let usage = "PATH"
  package static let summary: String? = "one container becomes the document"
  /// The printed form of a `ValuePath`; no pattern.
  public var path: Text

  /// What is wrong with a path is said when the pass is applied.
  public init(_ path: Text) { self.path = path }

  package init(arguments: [String]) throws(CheckpointError) {
    path = Text(try Self.only(arguments))
    try check()
  }

  package var arguments: [Text] { [path] }

  /// - Throws: `wrongWords` for an empty path or a pattern; `nothingMatched`, with what lies where the path
  /// ends.
  public func apply(to document: inout Document, report: inout PassReport) throws(CheckpointError) {
    try check()
    let components = ValuePath(path).components
    var node = document.root
    var walked: [Text] = []
    for component in components {
      let children = document.children(of: node)
      guard let child = children.first(where: { $0.component == component }) else {
        throw absent(component, in: walked, children)
      }
      for other in children where other.component != component {
        report.changes.append(.init(.dropped, from: (walked + [other.component]).joined(separator: "/")))
      }
      walked.append(component)
      node = child.node
    }
    report.changes.append(.init(.renamed, from: path, to: "", detail: "is the document"))
    document.root = node
  }

  private func check() throws(CheckpointError) {
    guard !path.isEmpty, !path.contains("*") else {
      throw CheckpointError(
        .wrongWords, path.isEmpty ? "`take` needs a path" : "`take` takes one path, not a pattern",
        hint: "`take teacher`, or `keep PATTERN` for a pattern")
    }
  }

  private func absent(
    _ component: Text, in walked: [Text], _ children: [Document.Child]
  ) -> CheckpointError {
    let names = children.map(\.component)
    let place = walked.isEmpty ? "at the top" : "in `\(walked.joined(separator: "/"))`"
    let found = names.isEmpty ? "nothing" : Prose.list(names)
    let near = Nearest.match(component, among: names)
    return CheckpointError(
      .nothingMatched, "there is no `\(component)` \(place), which holds \(found)",
      at: .init(key: path),
      hint: near.map { "`take \(ShellWords.safe((walked + [$0]).joined(separator: "/")))`" }
        ?? "`resect tree FILE` shows what is there")
  }
}

extension Pass where Self == Take {
  /// One part of the document becomes the document.
  public static func take(_ path: Text) -> Self { Take(path) }
}
