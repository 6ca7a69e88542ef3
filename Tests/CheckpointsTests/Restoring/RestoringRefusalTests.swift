// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

/// What is not put back, and what is said of it.
@Suite struct RestoringRefusalTests {
  private let trip: RestoringTrip

  init() throws {
    let rdino = try Checkpoint.open(Fixtures.path("checkpoints/rdino-tiny-torch1.13.pth"))
    trip = try RestoringTrip(rdino, ["take teacher", "under module.backbone."])
  }

  /// The result with passes, or the patch.
  private func edited(_ file: String, _ passes: [String]) throws -> String {
    let path = trip.folder("edited.pth")
    var surgery = try Surgery(editing: Checkpoint.open(file), .lines(passes))
    try surgery.write(to: path, replacing: true)
    return path
  }

  private func failure(_ body: () throws -> Surgery) throws -> CheckpointError {
    do {
      _ = try body()
      Issue.record("it was put back")
      return CheckpointError(.misfit, "nothing was thrown")
    } catch let error as CheckpointError { return error }
  }

  @Test func `heads go onto a backbone that was trained on when that is asked for`() throws {
    let trained = try edited(trip.result, ["hollow"])
    let error = try failure { try trip.restored(from: trained) }
    #expect(error.code == .misfit)
    #expect(error.hint?.contains("--onto-changed") == true)
    #expect(error.reason.contains("`blocks.0.conv.conv.weight`"))
    let back = try trip.restored(from: trained, ontoChanged: true)
    let changed = try #require(back.report.restored?.changed)
    #expect(changed.contains("fc.conv.weight"))
    let difference = try back.document.compared(with: trip.original)
    #expect(Set(difference.changed.map(\.path)) == Set(changed.map { "teacher/module.backbone." + $0 }))
    #expect(difference.values.isEmpty && difference.ties.a.isEmpty && difference.counts.added == 0)
  }

  /// What is equal to what a tensor was is not that tensor.
  @Test func `one of two equal biases that was trained is not taken from the other`() throws {
    let zeros = Sample.dict(["a": .keys(["x.bias", "y.bias"]), "b": .keys(["head.bias"])]).document
    let trip = try RestoringTrip(zeros, ["take a"])
    var trained = zeros
    try trained.edit("take a")
    let ones = trained.add(
      Storage(name: "ones", byteCount: 8, bytes: .memory([0, 0, 128, 63, 0, 0, 128, 63])))
    let node = try #require(trained.node(at: ValuePath("x.bias")))
    trained[node] = .tensor(TensorRecord(dtype: .float32, shape: [2], storage: ones))
    try OutputPlan(trained).write(to: trip.folder("trained.pth"))
    let back = try trip.restored(from: trip.folder("trained.pth"), ontoChanged: true)
    #expect(back.report.restored?.changed == ["x.bias"])
    #expect(back.report.restored?.moved == 0)
    let difference = try back.document.compared(with: zeros)
    #expect(difference.changed.map(\.path) == ["a/x.bias"])
  }

  @Test func `names may have changed, and passes mend what did`() throws {
    let renamed = try edited(trip.result, ["prefix encoder."])
    let back = try trip.restored(from: renamed)
    #expect(back.report.restored?.moved == 231)
    #expect(try back.document.compared(with: trip.original).equal)
    let trained = try edited(trip.result, ["hollow", "prefix encoder."])
    #expect(try failure { try trip.restored(from: trained, ontoChanged: true) }.code == .misfit)
    let mended = try trip.restored(["unprefix encoder."], from: trained, ontoChanged: true)
    #expect(mended.report.restored?.changed.isEmpty == false)
  }

  @Test func `tensors that are missing, or would be lost, are named`() throws {
    let missing = try edited(trip.result, ["drop fc.conv.bias"])
    let error = try failure { try trip.restored(from: missing, ontoChanged: true) }
    #expect(error.code == .misfit)
    #expect(error.reason.contains("`fc.conv.bias`"))
    let other = try Checkpoint.open(Fixtures.path("checkpoints/sdpn-tiny-torch1.13.pth"))
    let lost = try failure { try trip.restored(from: other.source?.file, ontoChanged: true) }
    #expect(lost.code == .misfit)
    let own = try failure { try trip.restored(from: trip.original.source?.file) }
    #expect(own.reason.contains("would be lost"))
  }

  @Test func `what the recipe cast and somebody trained is not thrown away`() throws {
    let cast = try RestoringTrip(trip.original, ["take teacher", "under module.backbone.", "cast float16"])
    var hollow = try Surgery(
      editing: Checkpoint.open(cast.result), Recipe(arguments: ["hollow"]))
    try hollow.write(to: cast.folder("trained.pth"))
    let error = try failure { try cast.restored(from: cast.folder("trained.pth"), ontoChanged: true) }
    #expect(error.reason.contains("would be lost"))
  }

  @Test func `what is no patch is refused`() throws {
    let error = try failure { try trip.restored(patch: trip.result) }
    #expect(error.code == .unsupported)
    #expect(error.location.file == trip.result)
    let script = Sample.state(["a": .tensor([2])], kind: .module(GlobalName("__torch__", "Net"))).document
    #expect(throws: CheckpointError(.unrepresentable, "")) {
      try RemovalPlan(of: script, in: script, recipe: [])
    }
  }

  @Test(arguments: [
    ("set version 2", CheckpointError.Code.unsupported, "version"),
    ("set format '\"x\"'", .unsupported, ""), ("drop result", .corrupt, "result"),
    ("drop storages", .corrupt, "storages"), ("set recipe 3", .corrupt, "recipe"),
    ("set result/0 3", .corrupt, "result/0"), ("set result/0/1 '\"float\"'", .corrupt, "result/0/1"),
    ("set result/0/2/0 -1", .corrupt, "result/0/2"),
    ("set result/0/2/0 4611686018427387904", .corrupt, "result/0/2"),
    ("set result/0/4/0 100000", .corrupt, "result"), ("set result/0/4/1 4", .corrupt, "result"),
    ("set result/0/4/2/0 7", .corrupt, "result/0/4/2"),
    ("set result/1/0 '\"blocks.0.conv.conv.weight\"'", .corrupt, "result/1"),
    ("set places/1/0 '\"removed/epoch\"'", .corrupt, "places/1"),
    ("set places/1/1/1 1000000", .corrupt, "places/1"),
    ("set places/1/1/0 0", .corrupt, "storages"), ("set result/1/4/0 251", .corrupt, "storages"),
    ("drop places/0", .corrupt, "storages"), ("drop removed/student removed/optimizer", .corrupt, "places/0"),
    ("set storages/0 999999999999", .corrupt, "storages"), ("drop structure", .corrupt, "structure"),
    ("hollow", .corrupt, "structure"),
  ])
  func `a patch that somebody changed is refused by path`(
    _ pass: String, _ code: CheckpointError.Code, _ key: String
  ) throws {
    let patch = try edited(trip.patch, [pass])
    let error = try failure { try trip.restored(patch: patch) }
    #expect(error.code == code, "\(error)")
    #expect(error.location.file == patch, "\(error)")
    #expect((error.location.key.map { "\($0)" } ?? "") == key, "\(error)")
  }

  @Test func `both files become whole, or neither`() throws {
    let folder = try TemporaryFolder()
    var surgery = try Surgery(stripping: trip.original)
    try surgery.keepRemoved()
    let one = folder("one.pth")
    #expect(throws: CheckpointError(.wrongWords, "")) { try surgery.write(to: one, patch: one) }
    #expect(throws: CheckpointError(.unwritable, "")) {
      try surgery.write(to: one, patch: folder("none/two.pth"))
    }
    try File.write([1], to: folder("two.pth"))
    #expect(throws: CheckpointError(.wouldOverwrite, "")) {
      try surgery.write(to: one, patch: folder("two.pth"))
    }
    #expect(folder.names == ["two.pth"])
    try surgery.write(to: one, replacing: true, patch: folder("two.pth"))
    #expect(folder.names == ["one.pth", "two.pth"])
    #expect(
      try RemovalPatch(Checkpoint.open(folder("two.pth"))).restored(from: Checkpoint.open(one)).document
        .compared(with: trip.original).equal)
  }
}
