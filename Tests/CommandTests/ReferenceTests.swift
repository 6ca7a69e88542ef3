// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `fixtures/cli/reference-*.t` hold every word of help that the programs have, so that a change of any shows in review.
@Suite struct ReferenceTests {
  /// The commands that a program lists in its help.
  private func commands(of program: String) throws -> [String] {
    let folder = try Shell.Folder()
    let lines = try Shell.run("\(program) --help", in: folder.path).output
    let start = try #require(lines.firstIndex(of: "SUBCOMMANDS:"))
    return lines[(start + 1)...].prefix { !$0.isEmpty }.compactMap { line in
      // What a line goes on with stands further right.
      line.dropFirst(2).first == " " ? nil : line.split(separator: " ").first.map(String.init)
    }
  }

  @Test(arguments: ["resect", "resect-train"])
  func `every command's help stands in the reference, in the program's order`(program: String) throws {
    let commands = try commands(of: program)
    #expect(commands.count >= 10)
    let reference = try Transcript(
      String(contentsOfFile: Shell.fixtures + "/cli/reference-\(program).t", encoding: .utf8))
    let steps = reference.blocks.flatMap(\.steps)
    #expect(steps.map(\.command) == commands.map { "\(program) \($0) --help" })
    for step in steps {
      #expect(step.exitCode == 0 && step.output.first?.hasPrefix("OVERVIEW: ") == true, "\(step.command)")
    }
  }
}
