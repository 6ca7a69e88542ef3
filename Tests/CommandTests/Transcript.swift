// SPDX-License-Identifier: Apache-2.0

/// A text of command lines with what they print and how they end, as in `fixtures/cli/*.t`:
///
///     # a missing file
///     $ resect ls none.pth
///     ! error: none.pth: cannot open: No such file or directory
///     = 3
///
/// `$` begins a shell command, `|` a line of standard output, `!` one of standard error, `=` the exit code where it
/// is not 0. Blocks are parted by blank lines; each runs in a folder of its own.
struct Transcript: Equatable {
  struct Step: Equatable {
    var command: String
    var output: [String] = []
    var errors: [String] = []
    var exitCode: Int32 = 0
  }

  struct Block: Equatable {
    var comments: [String] = []
    var steps: [Step] = []
  }

  var blocks: [Block] = []

  struct Malformed: Error, CustomStringConvertible {
    var description: String
  }

  init(_ text: String) throws(Malformed) {
    var block = Block()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (number, line) in lines.enumerated() {
      let rest = String(line.dropFirst(line.dropFirst().first == " " ? 2 : 1))
      let last = block.steps.indices.last
      switch (line.first, last) {
      case (nil, _):
        if block != Block() { blocks.append(block) }
        block = Block()
      case ("#", nil): block.comments.append(line)
      case ("$", _): block.steps.append(Step(command: rest))
      case ("|", let last?): block.steps[last].output.append(rest)
      case ("!", let last?): block.steps[last].errors.append(rest)
      case ("=", let last?):
        guard let code = Int32(rest) else { throw Malformed(description: "line \(number + 1): \(line)") }
        block.steps[last].exitCode = code
      default: throw Malformed(description: "line \(number + 1): \(line)")
      }
    }
    if block != Block() { blocks.append(block) }
  }

  var text: String {
    blocks.map { block in
      (block.comments + block.steps.flatMap(\.lines)).map { $0 + "\n" }.joined()
    }.joined(separator: "\n")
  }
}

extension Transcript.Step {
  var lines: [String] {
    ["$ " + command] + output.map { $0.isEmpty ? "|" : "| " + $0 }
      + errors.map { $0.isEmpty ? "!" : "! " + $0 }
      + (exitCode == 0 ? [] : ["= \(exitCode)"])
  }
}
