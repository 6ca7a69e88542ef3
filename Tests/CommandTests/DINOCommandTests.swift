// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `resect-train dino` as processes: upstream's replays go on, and a killed run too.
@Suite struct DINOCommandTests {
  private struct Run: Decodable {
    var orders: [[Int]]
    var epochs: [[String: Double]]
  }

  private struct Report: Decodable {
    struct Epoch: Decodable {
      var epoch: Int
      var losses: [String: Double]
    }
    var epochs: [Epoch]
  }

  /// The replay's rows as one `.npy` a recording, a list of them, and upstream's order of the rows.
  private func prepare(_ name: String, rows: Int, in folder: String) throws -> Run {
    let replay = Shell.fixtures + "/golden/replay/self-supervised/"
    let values = try Data(contentsOf: URL(fileURLWithPath: replay + "\(name)-data.f32"))
    let size = values.count / 8
    var list = "path\n"
    for item in 0..<8 {
      let shape = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), 80, 40), }"
      let header = shape + String(repeating: " ", count: 117 - shape.count) + "\n"
      var file = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, 118, 0]) + Data(header.utf8)
      file += values.dropFirst(item * size).prefix(size)
      try file.write(to: URL(fileURLWithPath: folder + "/\(item).npy"))
      list += "\(item).npy\n"
    }
    try list.write(toFile: folder + "/rows.csv", atomically: true, encoding: .utf8)
    let runs = try JSONDecoder().decode(
      [String: Run].self, from: Data(contentsOf: URL(fileURLWithPath: replay + "run.json")))
    let run = try #require(runs[name])
    let order = run.orders.enumerated().map { "[\($0), \($1)]" }.joined(separator: ", ")
    try "[\(order)]".write(toFile: folder + "/order.json", atomically: true, encoding: .utf8)
    return run
  }

  private let numbers =
    "--data rows.csv --order order.json --epochs 3 --batch-size 4 --frames 40 --warmup-epochs 1 --keep-every 2"

  @Test(arguments: [
    (
      "rdino", "checkpoints/rdino-tiny-epoch1-torch1.13.pth", 4,
      ["loss_dino": "train_loss_dino", "loss_reg": "train_loss_reg", "loss": "train_loss"]
    ),
    ("sdpn", "golden/replay/self-supervised/sdpn-epoch1-torch1.13.pth", 3, ["loss": "train_loss"]),
  ])
  func `upstream's run goes on from its file to its printed losses`(
    _ name: String, _ file: String, _ rows: Int, _ names: [String: String]
  ) throws {
    let folder = try Shell.Folder()
    let run = try prepare(name, rows: rows, in: folder.path)
    let result = try Shell.run(
      "resect-train dino --resume $FIXTURES/\(file) -o exp \(numbers) --json",
      in: folder.path)
    #expect(result.exitCode == 0, "\(result.errors)")
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.joined().utf8))
    #expect(report.epochs.map(\.epoch) == [1, 2])
    for epoch in report.epochs {
      for (ours, theirs) in names {
        let expected = try #require(run.epochs[epoch.epoch][theirs])
        let loss = try #require(epoch.losses[ours])
        #expect(abs(loss - expected) < 1e-5 * expected, "\(name), epoch \(epoch.epoch), \(ours): \(loss)")
      }
    }
    let files = try Shell.run("ls exp/models", in: folder.path).output
    #expect(files == ["checkpoint.pth", "checkpoint0002.pth"])
    let strip = try Shell.run(
      "resect strip exp/models/checkpoint.pth -o b.pth && resect ls b.pth | wc -l", in: folder.path)
    #expect(strip.output.last == "231")
  }

  @Test(arguments: ["rdino", "sdpn"])
  func `a run that is killed and resumed ends bit for bit as one that was not`(_ name: String) throws {
    let folder = try Shell.Folder()
    _ = try prepare(name, rows: name == "rdino" ? 4 : 3, in: folder.path)
    let words =
      "resect-train dino --init \(name) --data rows.csv --channels 8 --attention 4 --embedding 8 --hidden 16 --add-dim 16"
      + " --bottleneck 8 --out-dim 32 --prototypes 8 --epochs 4 --batch-size 2 --frames 40 --warmup-epochs 1 --save-steps 1"
    let whole = try Shell.run("\(words) -o a --threads 1", in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let kills = try Shell.kill("\(words) -o b --resume b/models/checkpoint.pth --threads 3", in: folder.path)
    #expect(kills >= 2)
    let same = try Shell.run("cmp a/models/checkpoint.pth b/models/checkpoint.pth", in: folder.path)
    #expect(same.exitCode == 0, "\(same.output + same.errors)")
  }

  @Test func `the statement of a run that was killed and resumed is that of one that was not`() throws {
    let folder = try Shell.Folder()
    _ = try prepare("rdino", rows: 4, in: folder.path)
    let words =
      "resect-train dino --data rows.csv --channels 8 --attention 4 --embedding 8 --hidden 16 --add-dim 16"
      + " --bottleneck 8 --out-dim 32 --epochs 4 --batch-size 2 --frames 40 --warmup-epochs 1 --save-steps 1"
      + " --provenance"
    let whole = try Shell.run("\(words) --init rdino -o a/exp", in: folder.path)
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let resume = "\(words) -o b/exp --resume b/exp/models/checkpoint.pth"
    #expect(try Shell.kill("\(resume) --init rdino", in: folder.path) >= 2)
    let same = try Shell.run(
      "cmp a/exp.provenance.json b/exp.provenance.json && resect verify --provenance b/exp.provenance.json",
      in: folder.path)
    #expect(same.exitCode == 0, "\(same.output + same.errors)")
    // What such a run began with nobody knows where that is not said.
    let untold = try Shell.run("\(resume) --force", in: folder.path)
    #expect(
      untold.exitCode == 4 && untold.errors.contains { $0.contains("cannot tell what the run began with") })
  }

  @Test func `an epoch that --steps ended early has one line after the run went on`() throws {
    let folder = try Shell.Folder()
    _ = try prepare("rdino", rows: 4, in: folder.path)
    let words =
      "resect-train dino --init rdino --data rows.csv --channels 8 --attention 4 --embedding 8 --hidden 16 --add-dim 16"
      + " --bottleneck 8 --out-dim 32 --epochs 3 --batch-size 2 --frames 40 --warmup-epochs 1"
    #expect(try Shell.run("\(words) -o a", in: folder.path).exitCode == 0)
    for steps in ["--steps 3", "--steps 3", "--steps 6", ""] {
      let run = try Shell.run("\(words) -o b --resume b/models/checkpoint.pth \(steps)", in: folder.path)
      #expect(run.exitCode == 0, "\(run.errors)")
    }
    let whole = try Shell.figures("a", in: folder.path)
    #expect(whole.count { $0.contains(#""kind":"epoch""#) } == 3)
    #expect(try Shell.figures("b", in: folder.path) == whole)
    let same = try Shell.run("cmp a/models/checkpoint.pth b/models/checkpoint.pth", in: folder.path)
    #expect(same.exitCode == 0, "\(same.output + same.errors)")
  }

  @Test func `what does not fit is an error, not silence`() throws {
    let folder = try Shell.Folder()
    _ = try prepare("rdino", rows: 4, in: folder.path)
    let tiny = "$FIXTURES/checkpoints/rdino-tiny-torch1.13.pth"
    for (edit, words) in [
      ("'unprefix module.'", "module.backbone."), ("'drop optimizer'", "optimizer"),
      ("'drop teacher'", "teacher"),
    ] {
      let made = try Shell.run("rm -f c.pth; resect edit \(tiny) -o c.pth \(edit) plain", in: folder.path)
      #expect(made.exitCode == 0, "\(edit): \(made.errors)")
      let result = try Shell.run("resect-train dino --resume c.pth -o exp \(numbers)", in: folder.path)
      #expect(result.exitCode == 4)
      #expect(result.errors.contains { $0.contains(words) }, "\(result.errors)")
    }
    let absent = try Shell.run("resect-train dino --resume none.pth -o exp \(numbers)", in: folder.path)
    #expect(absent.exitCode == 3)
  }
}
