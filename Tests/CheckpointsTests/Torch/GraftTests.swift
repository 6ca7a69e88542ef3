// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct GraftTests {
  /// What a document is written as, objects beyond known data types by name.
  private func bytes(_ document: Document) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try OutputPlan(document, options: .init(keepsOpaque: true)).write(to: folder("a.pth"))
    return try File.bytes(at: folder("a.pth"))
  }

  @Test(arguments: [
    "checkpoints/rdino-tiny-torch1.13.pth", "checkpoints/od_215.pt", "cli/files/objects.pth",
    "cli/files/views.pth", "cli/files/known.pth", "cli/files/mixed.pth",
  ])
  func `a copy is written as the original, among other nodes too`(name: String) throws {
    let original = try Checkpoint.open(Fixtures.path(name))
    var copy = try Checkpoint.open(Fixtures.path("cli/files/views.pth"))
    copy.root = copy.graft(original.root, of: original) { "x/\($0)" }
    #expect(try bytes(copy) == bytes(original))
    #expect(
      try copy.listing(hashing: true).tensors.map(\.sha256)
        == original.listing(hashing: true).tensors.map(\.sha256))
    #expect(try copy.listing().tensors.allSatisfy { $0.storage.hasPrefix("x/") })
  }

  @Test func `a container that holds itself is copied once`() throws {
    var original = Document(nodes: [.list([NodeID(0), NodeID(1)]), .int(5)])
    original.root = NodeID(0)
    var copy = Document()
    copy.root = copy.graft(original.root, of: original)
    guard case .list(let items) = copy[copy.root] else { throw CheckpointError(.corrupt, "") }
    #expect(items[0] == copy.root)
    #expect(copy.nodes.count == 3)
  }
}
