// SPDX-License-Identifier: Apache-2.0
import Testing

#if DEBUG
  /// Programs that are stopped in the middle of writing and ended by signals; `RESECT_FAULT` says where they stop.
  @Suite struct InterruptionTests {
    /// Where the program stops, without and with files that have no name.
    static let places = [
      "pwrite:1:stop", "fsync:1:stop", "createUnnamed:*:95,pwrite:1:stop", "createUnnamed:*:95,rename:1:stop",
      "link:1:stop", "link:*:18,rename:1:stop", "rename:1:stop",
    ]

    /// Runs `command` until it stops itself, sends it a signal, and gives how it ended and what it left.
    private func end(
      _ command: String, at place: String, by signal: String, in folder: String, _ look: String
    ) throws -> (code: String?, left: [String]) {
      // A shell without a terminal has its children ignore INT and QUIT.
      let script = """
        RESECT_FAULT=\(place) env --default-signal=INT,QUIT \(command) > out 2>&1 &
        pid=$!
        until grep -q '^State:.T' /proc/$pid/status 2> /dev/null; do
          test -d /proc/$pid || break
          sleep 0.02
        done
        kill -\(signal) $pid; kill -CONT $pid; wait $pid 2> /dev/null; echo $?
        \(look)
        """
      let result = try Shell.run(script, in: folder)
      return (result.output.first, Array(result.output.dropFirst()))
    }

    @Test(arguments: places)
    func `a signal that ends a writing command leaves no temporary file`(_ place: String) throws {
      let folder = try Shell.Folder()
      _ = try Shell.run("cp $FIXTURES/cli/files/numbers.pth a.pth && cp a.pth old.pth", in: folder.path)
      let list = "ls -A | grep -v '^out$'"
      let command = "resect edit a.pth -o old.pth 'drop steps' --force"
      for (signal, code) in [
        ("INT", "130"), ("TERM", "143"), ("HUP", "129"), ("XCPU", "152"),
      ] {
        let ended = try end(command, at: place, by: signal, in: folder.path, "ulimit -c 0; " + list)
        #expect(ended.code == code, "\(signal) at \(place)")
        #expect(ended.left == ["a.pth", "old.pth"], "\(signal) at \(place)")
        #expect(try Shell.run("cmp a.pth old.pth", in: folder.path).exitCode == 0)
      }
      // Nothing can be done about KILL but in the next run.
      let killed = try end(command, at: place, by: "KILL", in: folder.path, list)
      #expect(killed.code == "137")
      let again = try Shell.run("resect edit a.pth -o b.pth 'drop steps' > out; \(list)", in: folder.path)
      #expect(again.output == ["a.pth", "b.pth", "old.pth"], "\(place) left \(killed.left)")
    }

    @Test(arguments: ["pwrite:2:stop", "fsync:2:stop", "createUnnamed:*:95,pwrite:2:stop", "rename:1:stop"])
    func `nor an unfinished folder`(_ place: String) throws {
      let folder = try Shell.Folder()
      _ = try Shell.run("cp $FIXTURES/cli/files/numbers.pth a.pth", in: folder.path)
      let list = "ls -A | grep -v '^out$'"
      for command in [
        "resect convert a.pth -o d --to dcp",
        "resect convert a.pth -o d --to safetensors --shard-size 30B --drop-values",
      ] {
        for (signal, code) in [("INT", "130"), ("TERM", "143"), ("HUP", "129")] {
          let ended = try end(command, at: place, by: signal, in: folder.path, list)
          #expect(ended.code == code && ended.left == ["a.pth"], "\(signal) at \(place): \(ended)")
        }
        let killed = try end(command, at: place, by: "KILL", in: folder.path, list)
        #expect(killed.left.count == 2, "\(place): \(killed)")
        let again = try Shell.run(
          "resect edit a.pth -o b.pth 'drop steps' > out; \(list); rm b.pth", in: folder.path)
        #expect(again.output == ["a.pth", "b.pth"], "\(place): \(again)")
      }
    }

    @Test(arguments: ["pwrite:6:stop", "createUnnamed:*:95,pwrite:6:stop", "fsync:6:stop", "rename:2:stop"])
    func `nor does a training run`(_ place: String) throws {
      let folder = try Shell.Folder()
      _ = try Shell.run(
        "resect strip $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth -o b.pth", in: folder.path)
      let command =
        "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv -o x --crop-frames 20 --batch-size 4"
        + " --epochs 1 --threads 1 --resume"
      let list = "find x -name '*.resect-??????????'"
      for signal in ["INT", "TERM", "HUP"] {
        let ended = try end(command, at: place, by: signal, in: folder.path, list)
        #expect(ended.left == [], "\(signal) at \(place)")
      }
      _ = try end(command, at: place, by: "KILL", in: folder.path, list)
      let again = try Shell.run("\(command) > out 2>&1; echo $?; \(list)", in: folder.path)
      #expect(again.output == ["0"], "\(place)")
    }

    @Test(arguments: [
      "pwrite:1:stop", "fsync:1:stop", "fsync:2:stop", "createUnnamed:*:95,rename:1:stop", "link:1:stop",
    ])
    func `nor one of two outputs`(_ place: String) throws {
      let folder = try Shell.Folder()
      _ = try Shell.run("cp $FIXTURES/cli/files/numbers.pth a.pth", in: folder.path)
      let command = "resect edit a.pth -o b.pth 'drop steps' --keep-removed c.pth"
      let list = "ls -A | grep -v '^out$'"
      for signal in ["INT", "TERM", "HUP"] {
        let ended = try end(command, at: place, by: signal, in: folder.path, list)
        #expect(ended.left == ["a.pth"], "\(signal) at \(place)")
      }
      _ = try end(command, at: place, by: "KILL", in: folder.path, list)
      let again = try Shell.run("\(command) > out; \(list)", in: folder.path)
      #expect(again.output == ["a.pth", "b.pth", "c.pth"], "\(place)")
    }

    @Test func `what another run holds, and what only looks like ours, stays`() throws {
      let folder = try Shell.Folder()
      let names = [
        ".a.pth.resect-abcdefghi", ".a.pth.resect-abcdefghijk", ".a.pth.resect-ABCDEFGHIJ",
        "a.pth.resect-abcdefghij",
        ".resect-abcdefghij", ".a.pth.resect_abcdefghij",
      ]
      let script = """
        cp $FIXTURES/cli/files/numbers.pth a.pth && touch \(names.joined(separator: " "))
        mkdir -p .deep.resect-abcdefghij/inside && ln -s a.pth .link.resect-abcdefghij
        mkfifo .pipe.resect-abcdefghij && touch .left.resect-0123456789
        RESECT_FAULT=createUnnamed:*:95,pwrite:1:stop resect edit a.pth -o held.pth 'drop steps' > out 2>&1 &
        pid=$!
        until grep -q '^State:.T' /proc/$pid/status; do sleep 0.02; done
        resect edit a.pth -o b.pth 'drop steps' > other
        kill -CONT $pid; wait $pid; echo $?
        cmp b.pth held.pth; ls -A
        """
      let result = try Shell.run(script, in: folder.path)
      let kept =
        names + [
          ".deep.resect-abcdefghij", ".link.resect-abcdefghij", ".pipe.resect-abcdefghij", "a.pth", "b.pth",
          "held.pth", "out", "other",
        ]
      #expect(result.output.first == "0")
      #expect(Set(result.output.dropFirst()) == Set(kept))
    }

    @Test func `a signal that is ignored does not end the work`() throws {
      let folder = try Shell.Folder()
      _ = try Shell.run("cp $FIXTURES/cli/files/numbers.pth a.pth", in: folder.path)
      let command = "env --ignore-signal=HUP resect edit a.pth -o b.pth 'drop steps'"
      let ended = try end(command, at: "pwrite:1:stop", by: "HUP", in: folder.path, "ls b.pth")
      #expect(ended.code == "0" && ended.left == ["b.pth"])
    }
  }
#endif

@Suite struct FileSizeLimitTests {
  @Test(arguments: [
    "resect edit a.pth -o o.pth 'drop optimizer'", "resect strip a.pth -o o.pth",
    "resect convert b.pth -o o.npz", "resect convert b.pth -o o.npz --compress",
    "resect convert b.pth -o o --to dcp",
    "resect merge b.pth b.pth -o o.safetensors",
    "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv -o x --crop-frames 20 --batch-size 4 --epochs 1",
  ])
  func `output beyond a file size limit is an error, and nothing of it is left`(_ command: String) throws {
    let folder = try Shell.Folder()
    _ = try Shell.run(
      "cp $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth a.pth && resect strip a.pth -o b.pth",
      in: folder.path)
    let result = try Shell.run(
      "{ (ulimit -f 8; \(command) 2>&1; echo $? | cat) | cat; }; ls -A; find x -name '.*' 2> none",
      in: folder.path)
    #expect(result.output.contains("3"), "\(result)")
    #expect(result.output.contains { $0.hasPrefix("error: ") && $0.hasSuffix("File too large") }, "\(result)")
    #expect(result.output.filter { $0.hasPrefix(".") || $0.hasPrefix("o") || $0.contains("resect-") } == [])
  }
}
