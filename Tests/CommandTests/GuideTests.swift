// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Runs the guide: every command of `docs/guide.md` as it is printed, in order, in one folder. Nothing is added to a
/// command; the runs are short because the files are small and their yaml says few epochs (`GuideFiles`).
@Suite struct GuideTests {
  private static let pages = ["docs/guide.md", "docs/guide.zh-CN.md"]

  private struct Command: Equatable {
    var words: String
    /// Said behind the command, `# exit 1`, where it is not 0.
    var exit: Int32
  }

  private static func commands(_ page: String) throws -> [Command] {
    try Markdown.blocks(page, "sh").joined().map { line in
      guard let comment = line.range(of: "  # exit ") else { return Command(words: line, exit: 0) }
      return Command(
        words: String(line[..<comment.lowerBound]), exit: Int32(line[comment.upperBound...]) ?? -1)
    }
  }

  /// The code in the first and last columns of the table from Python to ours.
  private static func table(_ page: String) throws -> [[String]] {
    func code(_ text: String) -> [String] {
      text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }
    let lines = try Markdown.lines(page)
    let head = try #require(lines.lastIndex { $0.hasPrefix("|---") })
    return lines[(head + 1)...].prefix { $0.hasPrefix("|") }.map { row in
      let cells = row.split(separator: "|").map(String.init)
      return code(cells[0]) + code(cells[cells.count - 1])
    }
  }

  @Test func `both languages hold the same commands`() throws {
    #expect(try Self.commands(Self.pages[0]) == Self.commands(Self.pages[1]))
    #expect(try Markdown.blocks(Self.pages[0], "python") == Markdown.blocks(Self.pages[1], "python"))
    #expect(try Self.table(Self.pages[0]) == Self.table(Self.pages[1]))
  }

  @Test func `every command of the table stands in the guide too`() throws {
    let commands = try Self.commands(Self.pages[0]).map(\.words)
    let shown = try Self.table(Self.pages[0]).joined().filter { $0.hasPrefix("resect") }
    #expect(shown.count >= 9)
    for command in shown {
      #expect(commands.contains { $0.hasPrefix(command) }, "\(command)")
    }
  }

  @Test func `every command runs, and what it says it writes is there`() throws {
    let folder = try Shell.Folder()
    try GuideFiles.write(into: folder.path)
    let commands = try Self.commands(Self.pages[0])
    #expect(commands.count >= 20)
    for command in commands {
      let result = try Shell.run(command.words, in: folder.path)
      try #require(
        result.exitCode == command.exit,
        "\(command.words)\n\((result.output + result.errors).joined(separator: "\n"))")
      let words = command.words.split(separator: " ").map(String.init)
      if let place = words.firstIndex(of: "-o") {
        let output = folder.path + "/" + words[place + 1]
        #expect(
          FileManager.default.fileExists(atPath: output) == !words.contains("--dry-run"), "\(command.words)")
      }
    }
    try expectResults(in: folder.path)
  }

  /// That the two ways led where the guide says.
  private func expectResults(in folder: String) throws {
    for (command, expected) in [
      // Both went on from the checkpoint's third epoch to the yaml's last.
      ("resect show exp-dino/models/checkpoint.pth epoch | tail -n 1", ["5"]),
      ("resect show exp-sdpn/models/checkpoint.pth epoch | tail -n 1", ["5"]),
      ("grep -c '\"kind\":\"epoch\"' exp-dino/metrics.jsonl", ["2"]),
      // A frozen backbone stays as it was; batch normalisation too.
      ("resect diff backbone.pth exp-head/models/CKPT-EPOCH-3-00/embedding_model.ckpt >diff; echo $?", ["0"]),
      // In the run that frees its blocks after the second epoch they move in the third.
      (
        """
        for epoch in 2 3; do resect edit exp/models/CKPT-EPOCH-$epoch-00/embedding_model.ckpt -o blocks$epoch.pth \
        'keep blocks.**' >edit; resect edit backbone.pth -o blocks.pth --force 'keep blocks.**' >edit
        resect diff blocks.pth blocks$epoch.pth >diff; echo $?; done
        """, ["0", "1"]
      ),
      // Three speeds, three classes a speaker; the large-margin stage keeps them.
      ("resect ls exp-lm/models/CKPT-EPOCH-2-00/classifier.ckpt", ["weight  float32  9x16  576 B"]),
      (
        """
        resect-train finetune --start exp --config ecapa_tdnn_lm.yaml --data train.csv -o plan --dry-run 2>notes \
        | grep -c -e '18 utterances of 3 speakers' -e 'cosine, 9 classes'
        """,
        ["2"]
      ),
      ("test -s exp-lm/report.html && wc -l <trials.score", ["15"]),
    ] {
      let result = try Shell.run(command, in: folder)
      #expect(
        result.output == expected && result.errors.isEmpty, "\(command)\n\(result.output + result.errors)")
    }
  }
}
