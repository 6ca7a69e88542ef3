// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `docs/check.md` does what it says, in repositories of git: its examples, its workflow, the hooks of `.pre-commit-hooks.yaml`.
@Suite struct PolicyPageTests {
  private static let page = "docs/check.md"

  @Test func `the examples run as they are shown`() throws { try Console.check(Self.page, atLeast: 1) }

  /// A repository with a policy, a file that it speaks of, and a checkpoint that keeps it.
  private func repository() throws -> Shell.Folder {
    let folder = try Shell.Folder()
    let made = try Shell.run(
      """
      git init -q . && git config user.email t@example.org && git config user.name t
      cp $FIXTURES/diff/bit-a.pth released.pth && cp released.pth 'the model.pth'
      printf 'finite\\nwithin 1e-3 of released.pth\\n' > checkpoint.policy
      git add . && git commit -q -m one
      """, in: folder.path)
    #expect(made.exitCode == 0, "\(made.errors)")
    return folder
  }

  private static let finding =
    "the model.pth: checkpoint.policy:2: within 1e-3 of released.pth: "
    + "`layers.1.weight` has 1 of 48 elements farther away than 1e-3"

  // MARK: The workflow

  /// The scripts of the steps with `run: |`.
  private func steps() throws -> [String] {
    let workflow = try #require(Markdown.blocks(Self.page, "yaml").first { $0.contains("jobs:") })
    var steps: [[Substring]] = []
    var depth: Int?
    for line in workflow {
      let indent = line.prefix { $0 == " " }.count
      if let known = depth, indent > known {
        steps[steps.count - 1].append(line.dropFirst(known + 2))
        continue
      }
      depth = nil
      guard line.hasSuffix("run: |") else { continue }
      depth = indent
      steps.append([])
    }
    return steps.map { $0.joined(separator: "\n") + "\n" }
  }

  private func run(_ step: String, in folder: Shell.Folder) throws -> Transcript.Step {
    let script = try TemporaryFolder()
    try File.write(Array(step.utf8), to: script("step"))
    // As the runner does it.
    return try Shell.run("bash -e '\(script("step"))'", in: folder.path)
  }

  @Test func `the workflow passes what keeps the policy, and fails what leaves its tolerance`() throws {
    let steps = try steps()
    try #require(steps.count == 2)
    let folder = try repository()
    let good = try run(steps[0], in: folder)
    #expect(good.exitCode == 0, "\(good.errors)")
    #expect(good.output == [])
    let changed = try Shell.run(
      "cp $FIXTURES/diff/bit-b.pth 'the model.pth' && git commit -q -a -m two", in: folder.path)
    #expect(changed.exitCode == 0)
    let bad = try run(steps[0], in: folder)
    #expect(bad.exitCode != 0)
    #expect(bad.output == [Self.finding])
    let shown = try run(steps[1], in: folder)
    #expect(shown.exitCode == 0, "\(shown.errors)")
    #expect(shown.output.contains { $0.contains("layers.1.weight") }, "\(shown.output)")
  }

  // MARK: Hooks

  /// A value of the hook of this name in the repository's own list.
  private func hook(_ name: String, _ key: String) throws -> String {
    let text = try String(contentsOfFile: Shell.fixtures + "/../.pre-commit-hooks.yaml", encoding: .utf8)
    let hooks = text.components(separatedBy: "- id: ").dropFirst()
    let hook = try #require(hooks.first { $0.hasPrefix(name + "\n") })
    let line = try #require(hook.split(separator: "\n").first { $0.hasPrefix("  \(key): ") })
    return String(line.dropFirst(key.utf8.count + 4))
  }

  /// Has git run a hook as pre-commit does with `language: system`: its entry, with the staged files that it is for behind it.
  private func install(_ name: String, in folder: Shell.Folder) throws {
    #expect(try hook(name, "language") == "system")
    let script = """
      #!/bin/sh
      git diff --cached --name-only -z --diff-filter=ACM | grep -zE '\(try hook(name, "files"))' |
        xargs -0 -r \(try hook(name, "entry"))
      """
    try File.write(Array((script + "\n").utf8), to: folder.path + "/.git/hooks/pre-commit")
    #expect(try Shell.run("chmod +x .git/hooks/pre-commit", in: folder.path).exitCode == 0)
  }

  @Test func `the hook refuses a commit with a checkpoint that leaves its tolerance`() throws {
    let folder = try repository()
    try install("resect-check", in: folder)
    let bad = try Shell.run(
      "cp $FIXTURES/diff/bit-b.pth 'the model.pth' && git commit -q -a -m two", in: folder.path)
    #expect(bad.exitCode != 0)
    #expect((bad.output + bad.errors).contains(Self.finding), "\(bad.output + bad.errors)")
    #expect(try Shell.run("git rev-list --count HEAD", in: folder.path).output == ["1"])
    let good = try Shell.run(
      "cp released.pth 'the model.pth' && echo '# notes' > notes && git add . && git commit -q -m two",
      in: folder.path)
    #expect(good.exitCode == 0, "\(good.errors)")
    #expect(try Shell.run("git rev-list --count HEAD", in: folder.path).output == ["2"])
  }

  @Test func `the other hook refuses what runs code`() throws {
    let folder = try repository()
    try install("resect-scan", in: folder)
    let bad = try Shell.run(
      "cp $FIXTURES/cli/files/hostile.pth . && git add . && git commit -q -m two", in: folder.path)
    #expect(bad.exitCode != 0)
    #expect(try Shell.run("git rev-list --count HEAD", in: folder.path).output == ["1"])
  }
}
