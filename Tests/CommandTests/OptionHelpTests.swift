// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Training

/// The options of the parser and the tables of options are one thing.
@Suite struct OptionHelpTests {
  /// What the help of a command says of one option.
  private struct Entry {
    var words: [String]
    var text = ""
    /// What stands behind `default:` in the last parentheses.
    var usual: String? {
      guard let start = text.range(of: "default: "), let end = text.range(of: ").", options: .backwards)
      else { return nil }
      return String(text[start.upperBound..<max(start.upperBound, end.lowerBound)])
    }
  }

  /// The options in the command's groups, in order; those that every command has are left out.
  private func help(_ command: String) throws -> [Entry] {
    let folder = try Shell.Folder()
    let lines = try Shell.run("COLUMNS=80 resect-train \(command) --help", in: folder.path).output
    let start = try #require(lines.firstIndex(of: "FILES:"))
    let end = try #require(lines.firstIndex(of: "OPTIONS:"))
    var entries: [Entry] = []
    for line in lines[start..<end] where line.hasPrefix("  ") {
      let parts = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
      guard line.hasPrefix("  -") else {
        entries[entries.count - 1].text += parts.joined(separator: " ") + " "
        continue
      }
      let names = parts.prefix { $0.hasPrefix("-") || $0.hasPrefix("<") }
      let words = names.joined(separator: " ").split { " ,/".contains($0) }.map(String.init)
      // The two forms of a flag are one option.
      var entry = Entry(
        words: words.filter { word in
          word.hasPrefix("--") && !(word.hasPrefix("--no-") && words.contains("--" + word.dropFirst(5)))
        })
      entry.text = parts.dropFirst(names.count).joined(separator: " ") + " "
      entries.append(entry)
    }
    return entries
  }

  private func check<Options: RunOptions>(_ command: String, _: Options.Type) throws {
    let entries = try help(command)
    #expect(entries.count > 25)
    let typed = Options.table.map(\.word).filter { $0.hasPrefix("--") }
    #expect(Set(entries.flatMap(\.words)) == Set(typed))
    // The seed is said by the parser.
    for entry in entries where entry.words != ["--seed"] {
      let word = try #require(entry.words.first)
      #expect(entry.usual == Options.usualText(of: word), "\(word): \(entry.text)")
    }
  }

  @Test func `finetune: every option is in the table, and the other way round, with its default`() throws {
    try check("finetune", FinetuneOptions.self)
  }

  @Test func `dino: every option is in the table, and the other way round, with its default`() throws {
    try check("dino", DINOOptions.self)
  }

  @Test(arguments: [
    ("--epochs 0", "1 to 100000"), ("--epochs 100001", "1 to 100000"), ("--batch-size 0", "1 to 16384"),
    ("--save-every 0", "at least 1"), ("--save-steps 0", "at least 1"), ("--keep 0", "at least 1"),
    ("--threads 257", "1 to 256"), ("--embedding 0", "1 to 65536"), ("--steps 0", "at least 1"),
    ("--unfreeze-after 0", "at least 1"), ("--augment 1.5", "0 to 1"), ("--lr 0.0", "above 0"),
    ("--lr inf", "above 0"), ("--min-lr 1.0", "0 to --lr, 0.005"), ("--warmup-epochs 21", "0 to --epochs"),
    ("--step-epochs 0", "at least 1"), ("--momentum 1.0", "0 to below 1"),
    ("--weight-decay nan", "at least 0"),
    ("--clip-grad 0.0", "above 0"), ("--classifier-blocks 101", "0 to 100"),
    ("--classifier-width 0", "1 to 65536"), ("--margin 1.5", "0 to below 1.5 (radians)"),
    ("--margin-start -1", "at least 0"), ("--margin-end -1", "at least --margin-start"),
  ]) func `finetune: what is out of range is refused`(_ words: String, _ range: String) throws {
    try refuse("finetune --backbone b --data d -o o --classifier-blocks 1", words, range)
  }

  @Test(arguments: [
    ("--epochs 0", "1 to 100000"), ("--batch-size 1", "2 to 16384"), ("--steps 0", "at least 1"),
    ("--keep-every -1", "at least 0"), ("--save-steps 0", "at least 1"), ("--threads 0", "1 to 256"),
    ("--lr 0.0", "above 0"), ("--min-lr -1.0", "at least 0"), ("--warmup-epochs -1", "at least 0"),
    ("--weight-decay inf", "at least 0"), ("--clip-grad 0.0", "above 0"),
    ("--momentum-teacher 2.0", "0 to 1"),
    ("--teacher-temp 0.0", "above 0"), ("--lambda -1.0", "at least 0"),
    ("--freeze-last-layer -1", "at least 0"),
  ]) func `dino: what is out of range is refused`(_ words: String, _ range: String) throws {
    try refuse("dino --init rdino --data d -o o", words, range)
  }

  private func refuse(_ command: String, _ words: String, _ range: String) throws {
    let folder = try Shell.Folder()
    let given = words.replacing(" ", with: "=")
    let result = try Shell.run("resect-train \(command) \(given)", in: folder.path)
    #expect(result.exitCode == 2)
    #expect(result.errors.contains("error: `\(words)`: it must be \(range)"), "\(result.errors)")
  }
}
