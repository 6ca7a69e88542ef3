// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Every command over the hostile corpus, each process under limits of processor seconds and of memory. No clock is
/// looked at, so that other tests may take their time.
@Suite struct HostileCommandTests {
  /// Processor seconds of a process: twice what the longest takes where no other runs. Two that share a core, as
  /// those of two tests may, take more.
  private static let seconds = 15
  /// What a process of the surgeon may map, in KiB: the programs and libraries themselves take some 300 MiB of it.
  private static let surgeonMemory = 1 << 20
  private static let trainerMemory = 3 << 20

  /// `F` is the input.
  private static let surgeon: [(name: String, words: String)] = [
    ("ls", "ls F"), ("ls-json", "ls F --json"), ("ls-hash", "ls F --hash"), ("ls-pattern", "ls F '**.w*'"),
    ("tree", "tree F"), ("tree-json", "tree F --json --depth 64"), ("show", "show F k"),
    ("show-path", "show F 0/0/k"), ("cat", "cat F k > /dev/null"), ("places", "ls F --places"),
    ("check", "check $FIXTURES/fuzz/policy/judged F"),
    ("why", "why F k 'drop x.**'"), ("diff", "diff F F"), ("diff-json", "diff F F --json"),
    ("strip", "strip F -o strip.pt"), ("edit", "edit F -o edit.pt 'cast float16'"),
    ("edit-plain", "edit F -o plain.pt plain"), ("edit-drop", "edit F -o drop.pt 'drop **.x'"),
    ("keep-removed", "edit F -o kept.pt 'drop **.x' --keep-removed removed.pt"),
    ("restore", "edit F -o back.pt --restore F"), ("to-torch", "convert F -o torch.pt"),
    ("to-safetensors", "convert F -o a.safetensors --drop-values"),
    ("to-npz", "convert F -o a.npz --drop-values"), ("to-legacy", "convert F -o legacy.pt --to torch-legacy"),
    ("to-dcp", "convert F -o dcp --to dcp"), ("merge", "merge F F -o merge.pt"), ("fit", "fit F --to F"),
    ("scan", "scan F"), ("verify", "verify F"), ("salvage", "verify F --salvage salvage.pt"),
  ]

  private static let trainer: [(name: String, words: String)] = [
    ("finetune", "finetune --backbone F --data $FIXTURES/train/train.csv -o exp --crop-frames 20 --dry-run"),
    ("embed", "embed --model F $FIXTURES/train/anna-0.npy -o e.npz"),
    ("identify", "identify --speakers F --model F $FIXTURES/train/anna-0.npy"),
    ("dino", "dino --resume F --data $FIXTURES/train/train.csv -o exp --dry-run"),
  ]

  /// What failed once is always tried: memory by what a deflated pickle unpacks to; each shard looked up among all names.
  private static let failed = [["empty-lists.pt", "scan"], ["shards", "salvage"]]

  private static let names = HostileCorpus.all.map(\.name)

  @Test(arguments: names)
  func `every command ends in time and memory, with an exit code of its own`(
    name: String
  ) throws {
    let input = try #require(HostileCorpus.all.first { $0.name == name })
    let folder = try Shell.Folder()
    for file in input.files() {
      let path = folder.path + "/" + input.name + (file.name.isEmpty ? "" : "/" + file.name)
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data(file.bytes).write(to: URL(fileURLWithPath: path))
    }
    let commands =
      Self.surgeon.map { ($0.name, "resect \($0.words)", Self.surgeonMemory) }
      + Self.trainer.map { ($0.name, "resect-train \($0.words)", Self.trainerMemory) }
    // All of them take six minutes of a processor: but for `make soak`, every third on every third input.
    let place = Self.names.firstIndex(of: name) ?? 0
    let chosen = commands.enumerated().filter {
      Soak.isOn || ($0.offset + place).isMultiple(of: 3) || Self.failed.contains([name, $0.element.0])
    }.map(\.element)
    // One shell runs them all: what it prints is each command's name and exit code, and the size of what it said.
    let lines = chosen.map { name, words, memory in
      let words = words.replacingOccurrences(of: " F", with: " '\(input.name)'")
      return
        "(ulimit -t \(Self.seconds); ulimit -v \(memory); \(words)) >out 2>err; echo \(name) $? $(cat out err | wc -c)"
    }
    let result = try Shell.run(lines.joined(separator: "\n"), in: folder.path)
    #expect(result.output.count == chosen.count)
    for line in result.output {
      let words = line.split(separator: " ")
      let code = Int(words[1]) ?? -1
      #expect((0...4).contains(code), "\(name): \(line)")
      #expect((Int(words[2]) ?? Int.max) < 128 << 20, "\(name): \(line)")
    }
  }

  @Test func `what is unpacked beyond its packed size is refused, and read where the sizes are trusted`()
    throws
  {
    let folder = try Shell.Folder()
    let pickle =
      HostilePickle.start + HostilePickle.times(10_000_000, HostilePickle.ascii("N0"))
      + HostilePickle.ascii("}.")
    // Without the storage that the pickle does not name, which `scan` says it has not examined.
    let archive = HostileArchive.zip([("a/data.pkl", pickle), ("a/version", HostilePickle.ascii("3\n"))])
    try Data(archive).write(to: URL(fileURLWithPath: folder.path + "/a.pt"))
    for command in ["ls", "tree", "scan"] {
      let refused = try Shell.run("resect \(command) a.pt", in: folder.path)
      #expect(refused.exitCode == 3)
      #expect((refused.errors + refused.output).contains { $0.contains("--trust-sizes") }, "\(command)")
    }
    #expect(try Shell.run("resect scan a.pt --trust-sizes", in: folder.path).exitCode == 0)
    #expect(try Shell.run("resect tree a.pt --trust-sizes", in: folder.path).exitCode == 0)
  }
}
