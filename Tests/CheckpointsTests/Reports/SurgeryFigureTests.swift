// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import TestSupport
import Testing

@testable import Checkpoints

/// The figures of `strip` and `edit` are those of `ls` before and after.
struct SurgeryFigureTests {
  private func figures(_ listing: Listing) -> SurgeryReport.Figures {
    .init(tensors: listing.tensors.count, bytes: listing.tensors.reduce(0) { $0 + $1.bytes })
  }

  @Test(arguments: [
    "checkpoints/x_adam_215.pt", "checkpoints/ord113.pt", "checkpoints/zero_215.pt", "forms/attributes.pt",
    "forms/sparse-torch2.pt", "forms/nested.pt", "forms/subclass-torch2.pt", "forms/tied-parts.pt",
  ]) func `what a file holds`(_ name: String) throws {
    let document = try Checkpoint.open(Fixtures.path(name))
    #expect(try SurgeryReport.Figures(document) == figures(document.listing()))
  }

  @Test(arguments: [
    ("rdino-tiny-torch2.15.pth", "teacher"), ("rdino-tiny-torch2.15.pth", "student"),
    ("sdpn-tiny-torch1.13.pth", "teacher"),
  ]) func `what a strip leaves and takes away`(_ test: (file: String, branch: Text)) throws {
    let document = try Checkpoint.open(Fixtures.path("checkpoints/" + test.file))
    let surgery = try Surgery(stripping: document, branch: test.branch)
    let before = try document.listing()
    let report = surgery.report
    #expect(report.before == figures(before))
    #expect(try report.after == figures(surgery.document.listing()))
    let paths = before.tensors.map(\.path) + before.values.map(\.path)
    #expect(report.droppedPaths == paths.filter { !$0.hasPrefix(test.branch + "/module.backbone.") })
    let dropped = try #require(report.dropped)
    #expect(report.before.tensors - report.after.tensors == dropped.reduce(0) { $0 + $1.tensors })
    #expect(report.before.bytes - report.after.bytes == dropped.reduce(0) { $0 + $1.bytes })
  }

  @Test func `a tensor with parts at more places than ls names is counted all the same`() throws {
    var document = try Checkpoint.open(Fixtures.path("forms/sparse-torch2.pt"))
    let coo = try #require(document.node(at: ValuePath("coo")))
    let dense = try #require(document.node(at: ValuePath("dense")))
    let places = Document.listedPartLimit / 2 + 1
    let many = document.add(.list(Array(repeating: coo, count: places)))
    document.root = document.add(.list([many, dense]))
    #expect(throws: CheckpointError(.limit, "")) { try document.listing() }
    let surgery = try Surgery(editing: document, Recipe(parsing: "drop 1"))
    #expect(surgery.report.before.tensors == places + 1 && surgery.report.after.tensors == places)
    guard case .composite(let composite) = document[coo] else { return }
    #expect(surgery.report.after.bytes == places * document.byteCount(of: composite))
  }

  @Test func `a pass in a report has its changes counted by kind, and comes back the same`() throws {
    var document = Sample.keys(["a.x", "a.y", "b"]).document
    let report = try document.edit("drop a.**")[0]
    #expect(report.counts == ["dropped": 2])
    let json = try JSONText.of(report)
    #expect(
      json.filter { !$0.isWhitespace }
        == #"{"changes":[{"from":"a.x","kind":"dropped"},{"from":"a.y","kind":"dropped"}],"#
        + #""counts":{"dropped":2},"notes":[],"pass":"dropa.**"}"#)
    #expect(try JSONDecoder().decode(PassReport.self, from: Data(json.utf8)) == report)
  }
}
