// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Checkpoints
import CommandKit

/// `resect git-setup`: attributes and configuration by which git shows checkpoints as `ls --textconv` lists them.
struct GitSetup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "git-setup",
    abstract: "Print what makes `git diff` show checkpoints: attributes and configuration.",
    discussion: """
      Prints shell commands and changes nothing; run them at the top of a repository, or pick what you want. `git diff` \
      and `git log -p` then show a line a tensor, `git difftool -t resect` runs `resect diff`.

      Examples:
        resect git-setup
        resect git-setup | sh
        resect git-setup --external
      """)

  @Flag(help: "Have plain `git diff` run `resect diff` itself, in place of a line a tensor.")
  var external = false

  @OptionGroup var output: OutputOptions

  struct Report: Codable {
    var schema = 1
    /// Lines for `.gitattributes`.
    var attributes: [String]
    /// Names and values for `git config`.
    var configuration: [[String]]
  }

  /// Names of files that hold checkpoints and little else.
  static let patterns = ["*.pt", "*.pth", "*.ckpt", "*.safetensors", "*.npz"]

  private var report: Report {
    var configuration = [
      ["diff.resect.textconv", "resect ls --textconv --"],
      // What was shown once is kept in the repository's notes, by the content of the file.
      ["diff.resect.cachetextconv", "true"],
      ["diff.resect.binary", "true"],
      ["difftool.resect.cmd", "resect diff -- \"$LOCAL\" \"$REMOTE\""],
    ]
    if external {
      // Git gives path, old file, hash, mode, new file, hash, mode, and takes any exit code but 0 for a failure. A
      // file that was added or removed has the null device for its other side. `echo` would take a path's backslashes
      // for escapes.
      configuration.append([
        "diff.resect.command",
        "f() { if test \"$2\" = /dev/null || test \"$5\" = /dev/null; "
          + "then printf '%s: added or removed\\n' \"$1\"; "
          + "else printf '%s:\\n' \"$1\"; resect diff -- \"$2\" \"$5\" || test $? -eq 1; fi; }; f",
      ])
    }
    return Report(attributes: Self.patterns.map { "\($0) diff=resect" }, configuration: configuration)
  }

  func run() throws {
    let report = report
    try output.print(report) {
      "cat >> .gitattributes <<'END'\n" + report.attributes.map { $0 + "\n" }.joined() + "END\n"
        + report.configuration.map { "git config \($0[0]) \(ShellWords.singleQuoted($0[1]))\n" }.joined()
    }
  }
}
