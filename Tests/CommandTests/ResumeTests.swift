// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Runs that are killed and go on, as processes.
@Suite struct ResumeTests {
  private func compare(_ files: [String], _ epoch: Int) -> String {
    files.map { "cmp a/models/CKPT-EPOCH-\(epoch)-00/\($0) b/models/CKPT-EPOCH-\(epoch)-00/\($0)" }
      .joined(separator: " && ")
  }

  private static let files = [
    "embedding_model.ckpt", "classifier.ckpt", "optimizer.pt", "resect_state.json", "label_map.json",
  ]

  @Test(arguments: [
    "",
    "--optimizer adamw --clip-grad 1 --unfreeze-after 3 --freeze 'blocks.0.**' --lr-for 'classifier.**=2'",
    "--freeze all --crop none --no-augment",
    "--classifier linear --classifier-blocks 2 --classifier-width 8",
  ])
  func `a fine-tuning run that is killed and resumed ends bit for bit as one that was not`(
    _ words: String
  ) throws {
    let folder = try Shell.Folder()
    let strip = "resect strip $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth -o b.pth"
    #expect(try Shell.run(strip, in: folder.path).exitCode == 0)
    let crop = words.contains("--crop") ? "" : "--crop-frames 16"
    let command =
      "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv --validate $FIXTURES/train/train.csv"
      + " \(crop) --batch-size 2 --epochs 6 --save-every 2 --save-steps 1 --keep 2 --lr 0.02 \(words)"
    let whole = try Shell.run("\(command) -o a --threads 1", in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let kills = try Shell.kill("\(command) -o b --resume --threads 4", in: folder.path)
    #expect(kills >= 2)
    let same = try Shell.run(
      compare(Self.files, 6) + " && ls a/models > la; ls b/models | diff - la", in: folder.path)
    #expect(same.exitCode == 0, "\(same.output + same.errors)")
    #expect(try Shell.run("ls -A b/models | grep -v '^CKPT-EPOCH-'", in: folder.path).output == [])
  }

  @Test func `the statement of a run that was killed and resumed is that of one that was not`() throws {
    let folder = try Shell.Folder()
    _ = try Shell.run("resect strip $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth -o b.pth", in: folder.path)
    let command =
      "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv --validate $FIXTURES/train/train.csv"
      + " --crop-frames 16 --batch-size 2 --epochs 6 --save-every 2 --save-steps 1 --lr 0.02 --provenance"
    let whole = try Shell.run("\(command) -o a/exp", in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    #expect(try Shell.kill("\(command) -o b/exp --resume", in: folder.path) >= 2)
    // CKPT.yaml holds the time.
    let same = try Shell.run(
      #"""
      for run in a b; do sed -E 's/"[0-9a-f]{64}"(.,"name":"[^"]*CKPT.yaml")/""\1/g' $run/exp.provenance.json >$run.json; done
      cmp a.json b.json && grep -c 'CKPT.yaml' a.json && ! cmp -s a.json a/exp.provenance.json
      """#, in: folder.path)
    #expect(same.exitCode == 0, "\(same.output + same.errors)")
  }

  @Test func `a run that --steps ends within an epoch goes on from there`() throws {
    let folder = try Shell.Folder()
    _ = try Shell.run("resect strip $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth -o b.pth", in: folder.path)
    let command =
      "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv --crop-frames 16 --batch-size 2 --epochs 2"
    #expect(try Shell.run("\(command) -o a", in: folder.path).exitCode == 0)
    #expect(try Shell.run("\(command) -o b --steps 3", in: folder.path).exitCode == 0)
    #expect(try Shell.run("cat b/models/CKPT-EPOCH-1-00/epoch_counter.ckpt", in: folder.path).output == ["1"])
    #expect(try Shell.run("\(command) -o b --resume", in: folder.path).exitCode == 0)
    let same = try Shell.run(compare(Self.files, 2), in: folder.path)
    #expect(same.exitCode == 0, "\(same.output + same.errors)")
  }

  @Test(arguments: ["", "--best-by eer"])
  func `an epoch that --steps ended early has one line after the run went on, and is no best one before`(
    _ words: String
  ) throws {
    let folder = try Shell.Folder()
    _ = try Shell.run("resect strip $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth -o b.pth", in: folder.path)
    let data = "--data $FIXTURES/train/train.csv --validate $FIXTURES/train/train.csv"
    let command =
      "resect-train finetune --backbone b.pth \(data) --crop-frames 16 --batch-size 2 --epochs 3 --save-every 3"
      + " --lr 0.02 \(words)"
    #expect(try Shell.run("\(command) -o a", in: folder.path).exitCode == 0)
    for steps in ["1", "6", "9"] {
      let stopped = try Shell.run("\(command) -o b --resume --steps \(steps)", in: folder.path)
      #expect(stopped.exitCode == 0, "\(stopped.errors)")
    }
    #expect(try Shell.run("\(command) -o b --resume", in: folder.path).exitCode == 0)
    let whole = try Shell.figures("a", in: folder.path)
    #expect(whole.count { $0.contains(#""kind":"epoch""#) } == 4)
    #expect(try Shell.figures("b", in: folder.path) == whole)
    let last = Self.files.map { "cmp a/models/CKPT-EPOCH-3-*/\($0) b/models/CKPT-EPOCH-3-*/\($0)" }
    let same = try Shell.run(last.joined(separator: " && "), in: folder.path)
    #expect(same.exitCode == 0, "\(same.output + same.errors)")
  }

  @Test func `a run that goes on to the --steps where it stopped takes none`() throws {
    let folder = try Shell.Folder()
    _ = try Shell.run("resect strip $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth -o b.pth", in: folder.path)
    let command =
      "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv --crop-frames 16 --batch-size 2"
      + " --epochs 2 -o exp --steps 3"
    #expect(try Shell.run(command, in: folder.path).exitCode == 0)
    let before = try Shell.run("ls exp/models && cat exp/metrics.jsonl", in: folder.path).output
    let again = try Shell.run("\(command) --resume", in: folder.path)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(try Shell.run("ls exp/models && cat exp/metrics.jsonl", in: folder.path).output == before)
  }

  @Test func `a run does not go on under other words`() throws {
    let folder = try Shell.Folder()
    _ = try Shell.run("resect strip $FIXTURES/checkpoints/rdino-tiny-torch1.13.pth -o b.pth", in: folder.path)
    let command =
      "resect-train finetune --backbone b.pth --data $FIXTURES/train/train.csv --crop-frames 16 -o exp"
    #expect(
      try Shell.run("\(command) --batch-size 3 --epochs 2 --save-every 1 --steps 3", in: folder.path).exitCode
        == 0)
    let other = try Shell.run(
      "\(command) --batch-size 3 --epochs 2 --resume --seed 4 --lr 0.1", in: folder.path)
    #expect(other.exitCode == 4)
    #expect(
      other.errors.contains { $0.contains("the seed was 0, now 4") && $0.contains("--lr was 0.005, now 0.1") }
    )
  }
}
