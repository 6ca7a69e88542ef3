// SPDX-License-Identifier: Apache-2.0
import Testing

/// What a command has to say arrives, or it fails.
@Suite struct StandardOutputTests {
  private func prepared() throws -> Shell.Folder {
    let folder = try Shell.Folder()
    let made = try Shell.run(EveryCommand.preparation, in: folder.path)
    #expect(made.exitCode == 0, "\(made.errors)")
    return folder
  }

  @Test(arguments: ["resect", "resect-train"])
  func `every command of both programs is tried here`(_ program: String) throws {
    let folder = try Shell.Folder()
    let script = try Shell.run(
      "\(program) --experimental-dump-help | grep -o '\"commandName\" *: *\"[^\"]*' | sed 's/.*\"//'",
      in: folder.path)
    let names = Set(script.output).subtracting(["help", program])
    #expect(names.count >= 6)
    for name in names {
      let tried = EveryCommand.reading + EveryCommand.writing.map(\.command)
      #expect(tried.contains { $0.hasPrefix("\(program) \(name) ") || $0 == "\(program) \(name)" }, "\(name)")
    }
  }

  @Test func `a disk that is full is an error of every command, and a closed stream too`() throws {
    let folder = try prepared()
    let plain = EveryCommand.reading + EveryCommand.writing.map { "\($0.command) --force" }
    let withJSON = plain.filter { !$0.contains("--md") }.map { $0 + " --json" }
    for command in plain + withJSON + EveryCommand.telling {
      _ = try Shell.run("rm -rf o x", in: folder.path)
      let full = try Shell.run("\(command) > /dev/full", in: folder.path)
      #expect(full.exitCode == 3, "\(command): \(full.errors)")
      #expect(full.errors.last == "error: cannot write: No space left on device", "\(command)")
      _ = try Shell.run("rm -rf o x", in: folder.path)
      let closed = try Shell.run("\(command) >&-", in: folder.path)
      #expect(closed.exitCode == 3, "\(command): \(closed.errors)")
      #expect(closed.errors.last == "error: cannot write: Bad file descriptor", "\(command)")
    }
  }

  @Test func `an error that --json would print stays visible where standard output is full`() throws {
    let folder = try Shell.Folder()
    let full = try Shell.run("resect ls none.pth --json > /dev/full", in: folder.path)
    #expect(full.exitCode == 3)
    #expect(
      full.errors == [
        "error: none.pth: cannot open: No such file or directory",
        "error: cannot write: No space left on device",
      ])
    let words = try Shell.run("resect ls a.pth --nonsense --json > /dev/full", in: folder.path)
    #expect(words.exitCode == 3)
    #expect(words.errors.last == "error: cannot write: No space left on device")
  }

  @Test func `a reader that goes away ends a command without a word, after its output is whole`() throws {
    let folder = try prepared()
    let commands =
      EveryCommand.reading.map { ($0, "a.pth") } + EveryCommand.writing.map { ($0.command, $0.output) }
      + EveryCommand.telling.map { ($0, "a.pth") }
    for (command, output) in commands {
      _ = try Shell.run("rm -rf o o.* x", in: folder.path)
      // The reader is gone before the command begins.
      let ended = try Shell.run(
        "mkfifo p; (read line < p; \(command) 2> err; echo $? > code) | { exec <&-; echo > p; }; wait; rm p",
        in: folder.path)
      #expect(ended.errors == [], "\(command)")
      let code = try Shell.run("cat code; grep '^error' err; test -e \(output)", in: folder.path)
      #expect(code.output == ["141"], "\(command)")
      #expect(code.exitCode == 0, "\(command) lost \(output)")
    }
  }

  @Test func `a writing command goes on where nobody reads its messages`() throws {
    let folder = try prepared()
    for (command, output) in EveryCommand.writing {
      _ = try Shell.run("rm -rf o o.* x", in: folder.path)
      let ended = try Shell.run(
        "mkfifo p; (read line < p; \(command) 2>&1 > out; echo $? > code) | { exec <&-; echo > p; }; wait; rm p",
        in: folder.path)
      #expect(ended.errors == [], "\(command)")
      let code = try Shell.run("cat code; test -e \(output) && test -s out", in: folder.path)
      #expect(["0", "1"].contains(code.output.first), "\(command)")
      #expect(code.exitCode == 0, "\(command) lost \(output)")
    }
  }

  @Test func `no file takes the place of a closed stream`() throws {
    let folder = try prepared()
    let whole = try Shell.run("resect edit b.pth -o whole.pth 'cast float16' > out", in: folder.path)
    #expect(whole.exitCode == 0)
    let closed = try Shell.run("resect edit b.pth -o o.pth 'cast float16' <&- >&- 2>&-", in: folder.path)
    #expect(closed.exitCode == 3)
    #expect(try Shell.run("cmp whole.pth o.pth", in: folder.path).exitCode == 0)
  }

  @Test func `output beyond a file size limit is an error and not a signal`() throws {
    let folder = try prepared()
    let script = "(ulimit -f 1; resect ls a.pth > list; echo $? | cat) 2>&1 | cat"
    #expect(try Shell.run(script, in: folder.path).output == ["error: cannot write: File too large", "3"])
  }
}
